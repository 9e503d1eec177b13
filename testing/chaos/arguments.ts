import path from 'node:path';
import { parseOptions } from '../../tools/stack/arguments.mjs';
import { Failure } from '../../tools/stack/failure.mjs';
import { stateDir } from '../../tools/stack/paths.mjs';
import { FAULTS, needsIssuer, possibleFaults } from './faults/index.ts';
import { SABOTAGES } from './sabotage/index.ts';

/** The options of one run. */
export type ChaosOptions = ReturnType<typeof readArguments>;

export const USAGE = `npm run chaos -- [options]
  --seed N           the same seed plans the same faults (1)
  --minutes M        how long the faults last (3)
  --runs N           so many runs, one after another, each with the next seed and a folder of its own (1)
  --faults a,b       only these, and each of them has to strike
  --sabotage NAME    break a copy of the built services first; "all": one after another, and the table of what was found
  --secure           with access tokens; Kafka and Postgres with TLS and a user for each service, as npm start -- --secure
  --rate N           orders a second (100)
  --replicas N       of each service (2)
  --brokers N        1 or 3 (3; with a sabotage 1)
  --output FOLDER    takes data, logs and report (.orderflow/chaos/…)
  --list             names faults and sabotages
Exit code 0: nothing was violated, and every fault of --faults has struck; 1: something was, or nothing is proved.`;

const OPTIONS = {
  seed: { type: 'string', default: '1' },
  minutes: { type: 'string' },
  runs: { type: 'string', default: '1' },
  faults: { type: 'string' },
  sabotage: { type: 'string' },
  secure: { type: 'boolean', default: false },
  rate: { type: 'string', default: '100' },
  replicas: { type: 'string', default: '2' },
  brokers: { type: 'string' },
  output: { type: 'string' },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @throws {Failure} for an invalid option */
export function readArguments(args: string[]) {
  const values = parseOptions(args, OPTIONS);
  const seed = number('seed', values.seed, { min: 0, max: 2 ** 31 - 1, whole: true });
  return {
    help: values.help,
    list: values.list,
    seed,
    minutes: values.minutes === undefined ? undefined : number('minutes', values.minutes, { min: 0.1, max: 10_000 }),
    runs: number('runs', values.runs, { min: 1, max: 1_000, whole: true }),
    isSecure: values.secure,
    faults: values.faults?.split(',').map((name) => knownFault(name, values.secure)),
    sabotage: values.sabotage === undefined ? undefined : knownSabotage(values.sabotage),
    rate: number('rate', values.rate, { min: 1, max: 5_000 }),
    replicas: number('replicas', values.replicas, { min: 1, max: 5, whole: true }),
    brokers: number('brokers', values.brokers ?? (values.sabotage ? '1' : '3'), { min: 1, max: 5, whole: true }),
    folder: path.resolve(values.output ?? path.join(stateDir, 'chaos', `${nowAsName()}-seed-${seed}`)),
  };
}

function number(
  name: string,
  text: string,
  { min, max, whole = false }: { min: number; max: number; whole?: boolean },
) {
  const value = Number(text);
  if (text !== '' && value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  throw new Failure(`--${name} must be a ${whole ? 'whole ' : ''}number, ${min} to ${max}`);
}

function knownFault(name: string, isSecure: boolean) {
  if (possibleFaults(isSecure).includes(name)) return name;
  if (needsIssuer(name)) throw new Failure(`The fault "${name}" needs --secure`);
  const isKnown = FAULTS.some((fault) => fault.name === name);
  throw new Failure(`${isKnown ? `This machine cannot have the fault` : 'There is no fault'} "${name}"; see --list`);
}

function knownSabotage(name: string) {
  if (name === 'all' || SABOTAGES.some((sabotage) => sabotage.name === name)) return name;
  throw new Failure(`There is no sabotage "${name}"; see --list`);
}

/** The command that runs the same plan again. */
export function toCommand({
  seed,
  minutes,
  faults,
  sabotage,
  isSecure,
  rate,
  replicas,
  brokers,
}: Omit<ChaosOptions, 'help' | 'list' | 'runs' | 'folder'>) {
  const given = { seed, minutes, faults: faults?.join(','), sabotage, rate, replicas, brokers };
  const words = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return ['npm run chaos --', ...words, ...(isSecure ? ['--secure'] : [])].join(' ');
}

const nowAsName = () => new Date().toISOString().replace(/[-:]|\..*/g, '');
