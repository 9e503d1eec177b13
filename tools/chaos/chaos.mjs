/** Tries to refute what the system promises: see README.md. */
import { describeFailure } from '../stack/failure.mjs';
import { isolateProcess } from '../stack/isolate-process.mjs';
import { prepareWorkspace } from '../stack/prepare-workspace.mjs';
import { stopGroups } from '../stack/process-group.mjs';
import { onStopSignal } from '../stack/signals.mjs';

isolateProcess();
const stop = new AbortController();
onStopSignal(() => stop.abort());
try {
  await prepareWorkspace();
  const { main } = await import('./main.mjs'); // needs the packages
  process.exitCode = await main(process.argv.slice(2), stop.signal);
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
await stopGroups();
process.exit();
