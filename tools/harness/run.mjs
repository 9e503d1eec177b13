/** `node run.mjs chaos …`: prepares the workspace if needed, then runs a harness of `testing/` by the project's Node. */
import { describeFailure, Failure } from '../stack/failure.mjs';
import { isolateProcess } from '../stack/isolate-process.mjs';
import { ensurePackages } from '../stack/packages.mjs';
import { prepareWorkspace } from '../stack/prepare-workspace.mjs';
import { stopGroups } from '../stack/process-group.mjs';
import { runByProjectNode } from '../stack/project-node.mjs';
import { onStopSignal } from '../stack/signals.mjs';
import { quietStep } from '../stack/steps.mjs';

/** What each needs before it can run. */
const PREPARE = new Map([
  ['bench', prepareWorkspace],
  ['chaos', prepareWorkspace],
  ['load', () => ensurePackages(quietStep)],
  ['overhead', prepareWorkspace],
  ['schemathesis', prepareWorkspace],
]);

isolateProcess();
const stop = new AbortController();
onStopSignal(() => stop.abort());
try {
  const [name = '', ...args] = process.argv.slice(2);
  const prepare = PREPARE.get(name);
  if (!prepare) throw new Failure(`Usage: node tools/harness/run.mjs ${[...PREPARE.keys()].join('|')} [options]`);
  await prepare();
  process.exitCode = (await runByProjectNode()) ?? (await run(name, args));
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
await stopGroups();
process.exit();

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
async function run(name, args) {
  const { main } = await import(`../../testing/${name}/main.ts`);
  return main(args, stop.signal);
}
