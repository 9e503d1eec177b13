/** Tries to refute what the system promises: see README.md. */
import { describeFailure } from '../stack/failure.mjs';
import { isolateProcess } from '../stack/isolate-process.mjs';
import { prepareWorkspace } from '../stack/prepare-workspace.mjs';
import { stopGroups } from '../stack/process-group.mjs';
import { runByProjectNode } from '../stack/project-node.mjs';
import { onStopSignal } from '../stack/signals.mjs';

isolateProcess();
const stop = new AbortController();
onStopSignal(() => stop.abort());
try {
  await prepareWorkspace();
  process.exitCode = (await runByProjectNode()) ?? (await begin());
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
await stopGroups();
process.exit();

async function begin() {
  const { main } = await import('./main.mjs'); // needs the packages
  return main(process.argv.slice(2), stop.signal);
}
