import { availableParallelism } from 'node:os';
import { now } from '../../load/clock.ts';
import type { RunningService } from '../../overhead/start-services.ts';
import type { Stage } from '../stage.ts';
import { startDatabaseMeter, type DatabaseFigures } from './database-meter.ts';
import { readKafkaRequests, subtract } from './kafka-requests.ts';
import { readBusyMs, shareOfOthers } from './machine.ts';
import { startProcessMeter } from './process-meter.ts';
import { readProc, resetPeakMemory, statusOf } from './processes.ts';

/** What a run has used. */
export interface Used extends DatabaseFigures {
  /** by process */
  cpuMs: Record<string, number>;
  /** how often a connection of Postgres waited: for its client, the disk or a lock */
  waits: number;
  driverMs: number;
  /** of the machine's cores, by programs that have nothing to do with the run */
  othersShare: number;
  /** by service, of the largest replica */
  peakMb: Record<string, number>;
  /** by API, and in all */
  kafkaRequests: Record<string, number>;
}

/**
 * Starts all meters at once.
 * @param running looked at again and again: a service that is started later counts from its own start on
 */
export async function startMeters(stage: Stage, running: RunningService[]): Promise<{ stop: () => Promise<Used> }> {
  for (const { group } of running) resetPeakMemory(group.pid ?? NaN);
  const ignored = await readOwnBackends(stage);
  const requests = await readKafkaRequests(stage);
  const database = await startDatabaseMeter(stage.admin);
  const driver = process.cpuUsage();
  const begin = { busyMs: readBusyMs(), at: now() };
  const processes = startProcessMeter(stage, { running, ignored });
  return {
    stop: async () => {
      const { cpuMs, waits } = processes.stop();
      const { user, system } = process.cpuUsage(driver);
      const driverMs = (user + system) / 1_000;
      const knownMs = Object.values(cpuMs).reduce((sum, ms) => sum + ms, driverMs);
      const spent = { busyMs: readBusyMs() - begin.busyMs, wallMs: now() - begin.at, cores: availableParallelism() };
      const used = { cpuMs, waits, driverMs, othersShare: shareOfOthers({ ...spent, knownMs }) };
      const kafkaRequests = subtract(await readKafkaRequests(stage), requests);
      return { ...used, peakMb: peaksOf(running), kafkaRequests, ...(await database.stop()) };
    },
  };
}

/** @returns ids of the Postgres processes that serve the bench itself */
async function readOwnBackends({ admin }: Stage): Promise<Set<number>> {
  const { rows } = await admin.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'bench'`,
  );
  return new Set(rows.map(({ pid }) => pid));
}

function peaksOf(running: RunningService[]): Record<string, number> {
  const peaks: Record<string, number> = {};
  for (const { name, group } of running) {
    const mb = statusOf(readProc(group.pid ?? NaN, 'status'), 'VmHWM') / 1_024;
    peaks[name] = Math.max(peaks[name] ?? 0, mb);
  }
  return peaks;
}
