import path from 'node:path';
import { parseOptions } from '../../tools/stack/arguments.mjs';
import { Failure } from '../../tools/stack/failure.mjs';
import { root } from '../../tools/stack/paths.mjs';
import { count } from '../load/arguments.ts';
import { AUTH_CONTENDERS, CONTENDERS } from './contenders/index.ts';
import { SCENARIOS } from './scenarios.ts';

const MOST = 9_999_999;
const listOf = (all: { name: string }[]) => all.map(({ name }) => name).join(',');

export const USAGE = `npm run bench -- [options]
  --contenders NAMES  who is measured (${listOf(CONTENDERS)})
  --auth              what access tokens cost: instead, our services with and without those of 1,000 customers
  --scenarios NAMES   under which loads (${listOf(SCENARIOS)})
  --rounds N          how often each (3)
  --orders N          orders of a closed loop (30000)
  --warm-up N         orders before the first scenario (50000)
  --backlog N         orders of a backlog (100000)
  --duration SECONDS  of an open loop (20)
  --output FOLDER     where the report goes (.orderflow/bench)`;

const OPTIONS = {
  contenders: { type: 'string' },
  auth: { type: 'boolean', default: false },
  scenarios: { type: 'string', default: listOf(SCENARIOS) },
  rounds: { type: 'string', default: '3' },
  orders: { type: 'string', default: '30000' },
  'warm-up': { type: 'string', default: '50000' },
  backlog: { type: 'string', default: '100000' },
  duration: { type: 'string', default: '20' },
  output: { type: 'string', default: path.join(root, '.orderflow/bench') },
  help: { type: 'boolean', default: false },
} as const;

/** @throws {Failure} for an option that cannot be meant */
export function readArguments(args: string[]) {
  const values = parseOptions(args, OPTIONS);
  const contenders = values.auth ? AUTH_CONTENDERS : CONTENDERS;
  return {
    help: values.help,
    output: values.output,
    contenders: pick('contenders', values.contenders ?? listOf(contenders), contenders),
    customers: values.auth ? 1_000 : 100,
    scenarios: pick('scenarios', values.scenarios, SCENARIOS),
    rounds: count('rounds', values.rounds, MOST),
    orders: count('orders', values.orders, MOST),
    warmUp: count('warm-up', values['warm-up'], MOST),
    backlog: count('backlog', values.backlog, MOST),
    durationS: count('duration', values.duration, MOST),
  };
}

/** @returns in their own order, whatever the order of the names */
function pick<T extends { name: string }>(option: string, text: string, all: T[]): T[] {
  const names = text.split(',');
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) throw new Failure(`--${option} must be of ${listOf(all)}; there is no ${unknown}`);
  return all.filter(({ name }) => names.includes(name));
}
