import { parseOptions } from '../../tools/stack/arguments.mjs';
import { Failure } from '../../tools/stack/failure.mjs';
import { count } from '../load/arguments.ts';
import { compareVariants } from './compare-variants.ts';
import { toMarkdown } from './report.ts';

const USAGE = `npm run overhead -- [options]
  --rounds N        how often each variant is measured (10)
  --orders N        orders of each measurement (10000)
  --connections N   over how many connections at once (64)`;

const MOST = 9_999_999;
const OPTIONS = {
  rounds: { type: 'string', default: '10' },
  orders: { type: 'string', default: '10000' },
  connections: { type: 'string', default: '64' },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Measures what metrics, logs and tracing cost: see README.md.
 * @returns exit code
 * @throws {Failure} for an option that cannot be meant, and where `stopping` came before one round was complete
 */
export async function main(args: string[], stopping: AbortSignal): Promise<number> {
  const { help, ...counts } = readArguments(args);
  console.log(help ? USAGE : await measure(counts, stopping));
  return 0;
}

async function measure(
  counts: { rounds: number; orders: number; connections: number },
  stopping: AbortSignal,
): Promise<string> {
  const rounds = await compareVariants({ ...counts, stopping });
  if (rounds.length === 0) throw new Failure('it was stopped before one round was complete');
  return toMarkdown(rounds, counts);
}

function readArguments(args: string[]) {
  const { help, rounds, orders, connections } = parseOptions(args, OPTIONS);
  return {
    help,
    rounds: count('rounds', rounds, MOST),
    orders: count('orders', orders, MOST),
    connections: count('connections', connections, MOST),
  };
}
