import { Failure } from '../../tools/stack/failure.mjs';
import { readArguments, USAGE } from './arguments.ts';
import { writeReport } from './report/write.ts';
import { runBench, type Measurement } from './run-bench.ts';

/**
 * Measures contenders side by side: see README.md.
 * @returns exit code: 1 if a contender has lost or doubled anything
 * @throws {Failure} for an option that cannot be meant, and where `stopping` came before anything was measured
 */
export async function main(args: string[], stopping: AbortSignal): Promise<number> {
  const { help, ...bench } = readArguments(args);
  if (help) return print(USAGE);
  const names = { contenders: namesOf(bench.contenders), scenarios: namesOf(bench.scenarios) };
  const write = (measurements: Measurement[]) => writeReport(bench.output, measurements, names);
  const measurements = await runBench(bench, { stopping, onMeasured: write });
  if (measurements.length === 0) throw new Failure('it was stopped before anything was measured');
  print(write(measurements));
  return measurements.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

const namesOf = (list: { name: string }[]) => list.map(({ name }) => name);

function print(text: string) {
  console.log(text);
  return 0;
}
