/**
 * `npm start`: the whole system on this machine, from a fresh clone on; `npm start -- --infra` only Kafka and Postgres,
 * `npm start -- --secure` with TLS, SASL and ACLs on Kafka, `npm start -- --mail` with a mail catcher, to which e-mail is sent,
 * `npm start -- --auth` with an issuer of access tokens, which the services demand.
 * Ctrl-C stops all of it.
 */
import { assertArguments } from './arguments.mjs';
import { describeFailure } from './failure.mjs';
import { isolateProcess } from './isolate-process.mjs';
import { stopGroups } from './process-group.mjs';
import { onStopSignal } from './signals.mjs';
import { startStack } from './stack.mjs';
import { say } from './steps.mjs';

const FLAGS = ['--infra', '--secure', '--mail', '--auth'];

isolateProcess();
const stop = new AbortController();
const stopping = stop.signal;
const interrupted = new Promise((resolve) => stopping.addEventListener('abort', resolve, { once: true }));
onStopSignal(() => {
  say('stopping …');
  stop.abort();
});

let exitCode = 0;
try {
  assertArguments('npm start', FLAGS);
  const [infraOnly, secure, mail, auth] = FLAGS.map((flag) => process.argv.includes(flag));
  await Promise.race([startStack({ infraOnly, secure, mail, auth, stopping }), interrupted]);
  await interrupted;
} catch (error) {
  if (!stopping.aborted) {
    console.error(describeFailure(error));
    exitCode = 1;
  }
  stop.abort();
}
await stopGroups();
if (exitCode === 0) say('stopped');
process.exit(exitCode);
