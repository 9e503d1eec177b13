import { parseOptions } from '../../tools/stack/arguments.mjs';
import { Failure } from '../../tools/stack/failure.mjs';
import { checkServices } from './check-services.ts';

const USAGE = `npm run schemathesis -- [options]
  --examples N     random requests of each operation (100)
  --seed N         the same requests again (random)
  --service NAME   this service alone`;

const OPTIONS = {
  examples: { type: 'string', default: '100' },
  seed: { type: 'string' },
  service: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Checks each service against its OpenAPI document: see README.md.
 * @returns the exit code; 1 if there is a finding
 * @throws {Failure} for an option that cannot be meant
 */
export async function main(args: string[], stopping: AbortSignal): Promise<number> {
  const { help, examples, seed, service } = parseOptions(args, OPTIONS);
  if (help) {
    console.log(USAGE);
    return 0;
  }
  for (const number of [examples, seed ?? '1'])
    if (!/^[1-9]\d*$/.test(number)) throw new Failure(`${number} is no number of 1 or more; see --help`);
  const failed = await checkServices({ examples, seed, service, stopping });
  if (failed.length > 0) console.error(`Findings: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}
