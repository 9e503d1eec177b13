import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Headers } from '../load/client.ts';
import { startServices, type RunningService } from '../overhead/start-services.ts';
import type { Books, Contender } from './contenders/contender.ts';
import { followDecisions, type Decisions } from './driver/decisions.ts';
import type { Stage } from './stage.ts';

/** A contender that runs, and what the driver knows of it. */
export interface System {
  stage: Stage;
  /** changes when one is stopped or started again */
  running: RunningService[];
  books: Books;
  decisions: Decisions;
  /** as the contender says it */
  shareOfOrders: number;
  /** of an order of that customer */
  headersOf: (customerId: string) => Headers;
  stop: () => Promise<void>;
}

/** Starts the contender on an empty stage. Its logs are those of its last start. */
export async function startSystem(contender: Contender, stage: Stage, replicas: number): Promise<System> {
  await stage.clear();
  await contender.prepare(stage);
  const folder = path.join(stage.logs, contender.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const running = await startServices({
    ...{ folder, replicas },
    brokers: stage.kafka.brokers,
    databaseUrl: stage.postgres.url,
    variables: contender.variables(stage),
    startService: contender.startService,
  });
  const books = await contender.openBooks(running, stage);
  const { decisions, stop } = await followDecisions(stage.kafka.brokers);
  return {
    ...{ stage, running, books, decisions, shareOfOrders: contender.shareOfOrders ?? 1 },
    headersOf: (customerId) => contender.headersOf?.(stage, customerId) ?? {},
    stop: async () => {
      await Promise.all([books.close(), stop(), ...running.map(({ group }) => group.stop())]);
    },
  };
}

/** @returns what starts all replicas of it again */
export async function stopService({ running }: System, service: string): Promise<() => Promise<void>> {
  const stopped = running.filter(({ name }) => name === service);
  running.splice(0, running.length, ...running.filter(({ name }) => name !== service));
  await Promise.all(stopped.map(({ group }) => group.stop()));
  return async () => {
    const again = stopped.map(({ startAgain }) => startAgain());
    running.push(...again.map(({ service: started }) => started));
    await Promise.all(again.map(({ ready }) => ready));
  };
}
