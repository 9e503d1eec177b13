import path from 'node:path';
import { services } from '../../tools/stack/environment.mjs';
import { Failure } from '../../tools/stack/failure.mjs';
import { freePort, poll } from '../../tools/stack/ports.mjs';
import { describeExit } from '../../tools/stack/process-group.mjs';
import { isReady, startBuilt } from '../../tools/stack/services.mjs';

const READY_MS = 120_000;

export interface RunningService {
  name: string;
  port: number;
  group: ReturnType<typeof startBuilt>;
  /** Starts it again on its port after it was stopped. It is ready later. */
  startAgain: () => { service: RunningService; ready: Promise<void> };
}

/** Starts one of the services by name. */
export type StartService = typeof startBuilt;

/**
 * Starts the services on free ports, each replica with a log file of its own in `folder`, and waits until all are ready.
 * @param variables for all of them
 * @returns the replicas of the first service, then those of the next one
 * @throws {Failure} if one ends, or is not ready after two minutes
 */
export async function startServices({ replicas = 1, ...system }: System & { replicas?: number }) {
  const numbers = [...Array(replicas).keys()];
  const running = await Promise.all(
    services.flatMap((service) =>
      numbers.map(async (replica) => startReplica(service, replica, await freePort(), system)),
    ),
  );
  await allReady(running, system.folder);
  return running;
}

interface System {
  folder: string;
  brokers: string;
  databaseUrl: (database: string) => string;
  variables: Record<string, string>;
  /** the built service of that name unless given */
  startService?: StartService;
}

function startReplica(
  service: (typeof services)[number],
  replica: number,
  port: number,
  system: System,
): RunningService {
  const { name, database } = service;
  const { folder, brokers, databaseUrl, variables, startService = startBuilt } = system;
  const own = { HOST: '127.0.0.1', PORT: String(port), KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl(database) };
  const file = path.join(folder, replica === 0 ? `${name}.log` : `${name}-${replica + 1}.log`);
  const startAgain = () => {
    const again = startReplica(service, replica, port, system);
    return { service: again, ready: allReady([again], folder) };
  };
  return { name, port, group: startService(name, { ...process.env, ...variables, ...own }, { file }), startAgain };
}

async function allReady(running: RunningService[], folder: string) {
  const areReady = async () => (await Promise.all(running.map(isReady))).every(Boolean);
  const alive = () => running.every(({ group }) => group.isAlive);
  if (await poll(areReady, { timeoutMs: READY_MS, alive })) return;
  const ended = running.find(({ group }) => !group.isAlive);
  const reason = ended ? `${ended.name} ${describeExit(await ended.group.exited)}` : 'not ready';
  throw new Failure(`${reason}: see ${folder}`);
}
