import { parseArgs } from 'node:util';
import { SERVICES } from './client.mjs';
import { UsageError } from './errors.mjs';

const NAMES = SERVICES.map(({ name }) => name).join(', ');

export const USAGE = `npm run dead-letters -- <command> [options]
  list [filters]              what could not be handled, newest first
  show ID                     one of them, with value, headers and history
  dry-run ID                  what a replay would write and publish; nothing is changed
  replay ID                   run it through today's handler; what waits behind it follows
  replay [filters] | --all    replay all that are OPEN and match, in growing steps, up to the first failure
  discard ID --reason TEXT    give it up for good
  rejected                    events that Kafka rejects, oldest first; each holds its key back
  retry-rejected POSITION --service NAME
                              try such an event again at once; by itself it is tried ever more slowly
  discard-rejected POSITION --service NAME --reason TEXT
                              give such an event up for good; what waits behind it is published
  audit                       what operators did

  --service NAME|URL          ${NAMES} (on localhost, at their usual ports) or an address; where it is
                              not given, all of these are asked; a replay of many, retry-rejected and discard-rejected need it
  --topic --key --type --error-code --status    filters; --status is for list
  --limit N                   how many entries to list, of each service (50)
  --json                      as the service answers
Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 a service can't be reached.`;

const FILTERS = { topic: 'topic', key: 'key', type: 'eventType', 'error-code': 'errorCode', status: 'status' };
const TEXT = /** @type {const} */ ({ type: 'string' });
const FLAG = /** @type {const} */ ({ type: 'boolean', default: false });
const OPTIONS = {
  ...Object.fromEntries(Object.keys(FILTERS).map((name) => [name, TEXT])),
  service: TEXT,
  reason: TEXT,
  limit: { ...TEXT, default: '50' },
  all: FLAG,
  json: FLAG,
  help: FLAG,
};

/**
 * What each command takes beside --service and --json.
 * @type {Record<string, string[]>}
 */
const TAKES = {
  list: ['topic', 'key', 'type', 'error-code', 'status', 'limit'],
  show: [],
  'dry-run': [],
  replay: ['topic', 'key', 'type', 'error-code', 'all'],
  discard: ['reason'],
  rejected: ['limit'],
  'retry-rejected': [],
  'discard-rejected': ['reason'],
  audit: ['limit'],
};

/**
 * @param {string[]} args
 * @throws {UsageError} where they can't be meant
 */
export function readArguments(args) {
  const { values, positionals, given } = parse(args);
  /** @type {Record<string, string | boolean | undefined>} */
  const valueOf = values;
  if (values.help || args.length === 0) return { command: 'help' };
  const [command = '', id, ...rest] = positionals;
  if (!Object.hasOwn(TAKES, command)) throw new UsageError(`there is no command ${command}`);
  const foreign = given.find((name) => !['service', 'json', ...(TAKES[command] ?? [])].includes(name));
  if (foreign) throw new UsageError(`${command} does not take --${foreign}`);
  const filter = Object.fromEntries(
    Object.entries(FILTERS).flatMap(([name, field]) => (valueOf[name] === undefined ? [] : [[field, valueOf[name]]])),
  );
  const { service, reason, json, all } = values;
  const options = { command, id, filter, service, reason, json, all, limit: limitOf(values.limit) };
  checkTarget(options, rest);
  return options;
}

/**
 * @param {{ command: string, id?: string, filter: object, service?: string, reason?: string, all: boolean }} options
 * @param {string[]} rest
 */
function checkTarget({ command, id, filter, service, reason, all }, rest) {
  if (rest.length > 0) throw new UsageError('one id at a time');
  const isMany = Object.keys(filter).length > 0 || all;
  if (['list', 'rejected', 'audit'].includes(command)) {
    if (id) throw new UsageError(`${command} takes no id; to see one dead letter, use show`);
  } else if (command === 'replay' && isMany) {
    if (id) throw new UsageError('replay takes an id or filters, not both');
    if (all && Object.keys(filter).length > 0) throw new UsageError('replay takes filters or --all, not both');
    if (!service) throw new UsageError('a replay of many needs --service');
  } else if (['retry-rejected', 'discard-rejected'].includes(command)) {
    if (!id) throw new UsageError(`${command} needs a position`);
    if (!service) throw new UsageError(`${command} needs --service: each counts its own positions`);
  } else if (!id) {
    throw new UsageError(`${command} needs an id${command === 'replay' ? ', filters or --all' : ''}`);
  }
  if (TAKES[command]?.includes('reason') && !reason?.trim()) throw new UsageError(`${command} needs --reason`);
}

/** @param {string[]} args */
function parse(args) {
  try {
    const { values, positionals, tokens } = parseArgs({ args, options: OPTIONS, allowPositionals: true, tokens: true });
    return { values, positionals, given: tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])) };
  } catch (error) {
    throw new UsageError(String(/** @type {Error} */ (error).message.split('. ')[0]));
  }
}

/** @param {string} text */
function limitOf(text) {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 100_000) return limit;
  throw new UsageError('--limit must be a whole number, 1 to 100000');
}
