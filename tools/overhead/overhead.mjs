/** Measures what metrics, logs and tracing cost: see README.md. */
import { count } from '../load/arguments.mjs';
import { parseOptions } from '../stack/arguments.mjs';
import { describeFailure, Failure } from '../stack/failure.mjs';
import { isolateProcess } from '../stack/isolate-process.mjs';
import { prepareWorkspace } from '../stack/prepare-workspace.mjs';
import { stopGroups } from '../stack/process-group.mjs';
import { onStopSignal } from '../stack/signals.mjs';

const USAGE = `npm run overhead -- [options]
  --rounds N        how often each variant is measured (10)
  --orders N        orders of each measurement (10000)
  --connections N   over how many connections at once (64)`;

const MOST = 9_999_999;
const OPTIONS = /** @type {const} */ ({
  rounds: { type: 'string', default: '10' },
  orders: { type: 'string', default: '10000' },
  connections: { type: 'string', default: '64' },
  help: { type: 'boolean', default: false },
});

isolateProcess();
const stop = new AbortController();
onStopSignal(() => stop.abort());
try {
  const { help, ...counts } = readArguments(process.argv.slice(2));
  if (help) console.log(USAGE);
  else await main(counts);
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
await stopGroups();
process.exit();

/** @param {{ rounds: number, orders: number, connections: number }} counts */
async function main(counts) {
  await prepareWorkspace();
  const { compareVariants } = await import('./compare-variants.mjs'); // needs the packages
  const { toMarkdown } = await import('./report.mjs');
  const rounds = await compareVariants({ ...counts, stopping: stop.signal });
  if (rounds.length === 0) throw new Failure('it was stopped before one round was complete');
  console.log(toMarkdown(rounds, counts));
}

/** @param {string[]} args */
function readArguments(args) {
  const { help, ...values } = parseOptions(args, OPTIONS);
  const counts = Object.entries(values).map(([name, text]) => [name, count(name, text, MOST)]);
  return { help, ...Object.fromEntries(counts) };
}
