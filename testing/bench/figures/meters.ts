import { availableParallelism } from 'node:os';
import { now } from '../../load/clock.ts';
import type { RunningService } from '../../overhead/start-services.ts';
import type { Stage } from '../stage.ts';
import { startCpuMeter } from './cpu-meter.ts';
import { startDatabaseMeter, type DatabaseFigures } from './database-meter.ts';
import { readBusyMs, shareOfOthers } from './machine.ts';
import { readProc, resetPeakMemory, statusOf } from './processes.ts';

/** What a run has used. */
export interface Used extends DatabaseFigures {
  /** by process */
  cpuMs: Record<string, number>;
  driverMs: number;
  /** of the machine's cores, by programs that have nothing to do with the run */
  othersShare: number;
  /** by service, of the largest replica */
  peakMb: Record<string, number>;
}

type Services = { name: string; pid: number }[];

/** Starts all meters at once. */
export async function startMeters(stage: Stage, running: RunningService[]): Promise<{ stop: () => Promise<Used> }> {
  const services: Services = running.map(({ name, group }) => ({ name, pid: group.pid ?? NaN }));
  for (const { pid } of services) resetPeakMemory(pid);
  const ignored = await readOwnBackends(stage);
  const database = await startDatabaseMeter(stage.admin);
  const driver = process.cpuUsage();
  const begin = { busyMs: readBusyMs(), at: now() };
  const cpu = startCpuMeter({ services, kafka: stage.kafka.pid ?? NaN, postgres: stage.postgres.pid ?? NaN }, ignored);
  return {
    stop: async () => {
      const cpuMs = cpu.stop();
      const { user, system } = process.cpuUsage(driver);
      const driverMs = (user + system) / 1_000;
      const knownMs = Object.values(cpuMs).reduce((sum, ms) => sum + ms, driverMs);
      const spent = { busyMs: readBusyMs() - begin.busyMs, wallMs: now() - begin.at, cores: availableParallelism() };
      const othersShare = shareOfOthers({ ...spent, knownMs });
      return { cpuMs, driverMs, othersShare, peakMb: peaksOf(services), ...(await database.stop()) };
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

function peaksOf(services: Services): Record<string, number> {
  const peaks: Record<string, number> = {};
  for (const { name, pid } of services) {
    const mb = statusOf(readProc(pid, 'status'), 'VmHWM') / 1_024;
    peaks[name] = Math.max(peaks[name] ?? 0, mb);
  }
  return peaks;
}
