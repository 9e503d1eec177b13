/** `npm run reset`: the next start begins with an empty Kafka and empty databases. What was downloaded is kept. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { assertArguments } from './arguments.mjs';
import { describeFailure } from './failure.mjs';
import { stateDir } from './paths.mjs';
import { endLeftovers } from './running-stack.mjs';

const STATE = [
  ...['kafka', 'kafka-secure', 'kafka-security'],
  ...['postgres', 'postgres.new', 'postgres-secure', 'postgres-secure.new', 'logs'],
];

try {
  assertArguments('npm run reset', []);
  await endLeftovers();
  for (const name of STATE) {
    await rm(path.join(stateDir, name), { recursive: true, force: true });
  }
  console.log('The state of the local stack is removed.');
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
