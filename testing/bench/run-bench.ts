import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { say } from '../../tools/stack/steps.mjs';
import { startServices } from '../overhead/start-services.ts';
import type { Contender } from './contenders/contender.ts';
import { followDecisions } from './driver/decisions.ts';
import { CPU_TOTAL, DECISION_P50, DRAINED } from './figures/figures.ts';
import { measureScenario, type Result, type Sizes } from './measure-scenario.ts';
import type { Scenario } from './scenarios.ts';
import { setStage, type Stage } from './stage.ts';

/** Until the code is compiled and the pools are full. */
const WARM_UP: Scenario = { name: 'warm-up', load: { connections: 64 } };
const WARM_UP_ORDERS = 10_000;

export interface Measurement extends Result {
  contender: string;
  scenario: string;
  /** from 1 */
  round: number;
}

export interface Bench extends Sizes {
  contenders: Contender[];
  scenarios: Scenario[];
  rounds: number;
}

/**
 * Measures all contenders in turn, round by round, on one Kafka and one Postgres. Each starts with empty databases and topics. Each
 * round begins with another one, so that none is always the first.
 * @param stopping leaves out what has not begun yet
 */
export async function runBench({ contenders, rounds, ...bench }: Bench, stopping: AbortSignal): Promise<Measurement[]> {
  const stage = await setStage();
  const measurements: Measurement[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of rotated(contenders, round - 1)) {
      if (stopping.aborted) break;
      measurements.push(...(await measureContender(contender, { stage, round, stopping, ...bench })));
    }
  }
  await stage.close();
  return measurements;
}

/** @returns all of them, beginning with another one in each round */
export function rotated<T>(list: T[], round: number): T[] {
  const first = round % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

async function measureContender(
  contender: Contender,
  { stage, round, stopping, scenarios, ...sizes }: Omit<Bench, 'contenders' | 'rounds'> & RoundOf,
): Promise<Measurement[]> {
  const system = await startContender(contender, stage, round);
  await measureScenario(system, WARM_UP, { ...sizes, orders: Math.min(WARM_UP_ORDERS, sizes.orders) });
  const measurements: Measurement[] = [];
  for (const scenario of scenarios) {
    if (stopping.aborted) break;
    const result = await measureScenario(system, scenario, sizes);
    measurements.push({ contender: contender.name, scenario: scenario.name, round, ...result });
    say(`round ${round}, ${contender.name}, ${scenario.name}: ${describe(result)}`);
  }
  await system.stop();
  return measurements;
}

interface RoundOf {
  stage: Stage;
  round: number;
  stopping: AbortSignal;
}

async function startContender(contender: Contender, stage: Stage, round: number) {
  await stage.clear();
  await contender.prepare(stage);
  const folder = path.join(stage.folder, `${contender.name}-${round}`);
  mkdirSync(folder);
  const running = await startServices({
    folder,
    brokers: stage.kafka.brokers,
    databaseUrl: stage.postgres.url,
    variables: contender.variables(stage),
    startService: contender.startService,
  });
  const books = await contender.openBooks(running, stage);
  const { decisions, stop } = await followDecisions(stage.kafka.brokers);
  return {
    ...{ stage, running, books, decisions },
    stop: async () => {
      await Promise.all([books.close(), stop(), ...running.map(({ group }) => group.stop())]);
    },
  };
}

function describe({ figures, violations }: Result) {
  if (violations.length > 0) return violations.join(', ');
  return [DRAINED, CPU_TOTAL, DECISION_P50].map((name) => `${name} ${figures[name]?.toPrecision(4)}`).join(', ');
}
