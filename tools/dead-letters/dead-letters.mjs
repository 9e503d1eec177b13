/** An operator's tool for dead letters, by the services' HTTP endpoints: docs/how-to/dead-letters.md. */
import { readArguments, USAGE } from './arguments.mjs';
import { COMMANDS } from './commands.mjs';
import { json as toJson, plain, printable } from './format.mjs';

try {
  const options = readArguments(process.argv.slice(2));
  if (options.command === 'help') console.log(USAGE);
  else await run(options);
} catch (error) {
  fail(error);
}

/** @param {any} options */
async function run(options) {
  const { json, text, failure } = await /** @type {import('./commands.mjs').Command} */ (COMMANDS[options.command])(
    options,
  );
  if (options.json || text) console.log(options.json ? toJson(json) : printable(text));
  if (failure) fail(failure);
}

/** @param {any} error */
function fail(error) {
  console.error(plain(error.message));
  process.exitCode = error.exitCode ?? 1;
}
