import { Failure } from '../../tools/stack/failure.mjs';
import { readArguments, USAGE } from './arguments.ts';
import { writeReport } from './report/write.ts';
import { runBench } from './run-bench.ts';

/**
 * Measures contenders side by side: see README.md.
 * @returns exit code: 1 if a contender has lost or doubled anything
 * @throws {Failure} for an option that cannot be meant, and where `stopping` came before anything was measured
 */
export async function main(args: string[], stopping: AbortSignal): Promise<number> {
  const { help, output, ...bench } = readArguments(args);
  if (help) return print(USAGE);
  const measurements = await runBench(bench, stopping);
  if (measurements.length === 0) throw new Failure('it was stopped before anything was measured');
  const names = (list: { name: string }[]) => list.map(({ name }) => name);
  const { contenders, scenarios } = bench;
  print(writeReport(output, measurements, { contenders: names(contenders), scenarios: names(scenarios) }));
  return measurements.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

function print(text: string) {
  console.log(text);
  return 0;
}
