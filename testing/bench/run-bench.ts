import path from 'node:path';
import { say } from '../../tools/stack/steps.mjs';
import type { Contender } from './contenders/contender.ts';
import { multiplyRows } from './contenders/multiply-rows.ts';
import { headlineOf } from './figures/figures.ts';
import { measureScenario, type Result } from './measure-scenario.ts';
import type { Sizes } from './plan.ts';
import { setupsOf, type Scenario, type Setup } from './scenarios.ts';
import { setStage, type Stage } from './stage.ts';
import { startSystem } from './system.ts';

const WARM_UP: Scenario = { name: 'warm-up', load: { connections: 256 } };

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
  /** of the report and the contenders' logs */
  output: string;
}

/**
 * Measures all contenders in turn, round by round, on one Kafka and one Postgres. Each starts with empty databases and topics. Each
 * round begins with another one, so that none is always the first.
 * @param stopping leaves out what has not begun yet
 * @param onMeasured whenever there are more, with all so far: a long run may break off
 */
export async function runBench(
  { contenders, scenarios, rounds, output, ...sizes }: Bench,
  { stopping, onMeasured }: { stopping: AbortSignal; onMeasured: (measurements: Measurement[]) => void },
): Promise<Measurement[]> {
  const stage = await setStage(path.join(output, 'logs'));
  const measurements: Measurement[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const setup of setupsOf(scenarios)) {
      for (const contender of rotated(contenders, round - 1)) {
        measurements.push(...(await measureContender(contender, setup, { stage, round, stopping, sizes })));
        onMeasured(measurements);
      }
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

interface Round {
  stage: Stage;
  round: number;
  sizes: Sizes;
  stopping: AbortSignal;
}

async function measureContender(contender: Contender, setup: Setup, { stage, round, sizes, stopping }: Round) {
  const scenarios = setup.scenarios.filter(({ only }) => only === undefined || only.includes(contender.name));
  const measurements: Measurement[] = [];
  if (scenarios.length === 0 || stopping.aborted) return measurements;
  const system = await startSystem(contender, stage, setup.replicas);
  await measureScenario(system, WARM_UP, { ...sizes, orders: sizes.warmUp });
  if (setup.rows > 0) await multiplyRows(stage, setup.rows);
  for (const scenario of scenarios) {
    if (stopping.aborted) break;
    const result = await measureScenario(system, scenario, sizes);
    measurements.push({ contender: contender.name, scenario: scenario.name, round, ...result });
    say(`round ${round}, ${contender.name}, ${scenario.name}: ${describe(result)}`);
  }
  await system.stop();
  return measurements;
}

const describe = ({ figures, violations }: Result) =>
  violations.length > 0 ? violations.join(', ') : headlineOf(figures);
