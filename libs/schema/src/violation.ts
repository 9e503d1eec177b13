import type { ErrorObject } from 'ajv';
import type { CheckedSchema } from './json-schema.js';

/** One thing that is wrong with a value. */
export interface Violation {
  /** Where: a JSON pointer (RFC 6901) as a URI fragment; very long names are cut. */
  readonly pointer: string;
  /** A sentence that names the field. */
  readonly detail: string;
}

/** As many as a client can use; further violations show once these are fixed. */
export const MAX_VIOLATIONS = 50;
const LONGEST_NAME = 200;

interface Parameters {
  readonly type: string | string[];
  readonly allowedValues: readonly unknown[];
  readonly limit: number;
  readonly pattern: string;
}

const MESSAGES: Readonly<Record<string, (parameters: Parameters) => string>> = {
  type: ({ type }) => `must be ${typeNames(type)}`,
  enum: ({ allowedValues }) => `must be one of ${allowedValues.filter((value) => value !== null).join(', ')}`,
  minimum: ({ limit }) => `must not be less than ${limit}`,
  maximum: ({ limit }) => `must not be greater than ${limit}`,
  minLength: ({ limit }) => `must have at least ${limit} characters`,
  maxLength: ({ limit }) => `must have at most ${limit} characters`,
  minItems: ({ limit }) => `must have at least ${limit} entries`,
  maxItems: ({ limit }) => `must have at most ${limit} entries`,
  uniqueItems: () => 'must have each entry once',
  pattern: ({ pattern }) => `must match ${pattern}`,
};

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer number',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
  null: 'null',
};

export function toViolation({ instancePath, keyword, params, parentSchema }: ErrorObject): Violation {
  const { missingProperty, additionalProperty } = params as Record<string, string | undefined>;
  const member = missingProperty ?? additionalProperty;
  const pointer = `#${instancePath}${member === undefined ? '' : `/${escaped(cut(member))}`}`;
  if (missingProperty !== undefined) return { pointer, detail: `${missingProperty} is missing` };
  if (additionalProperty !== undefined)
    return { pointer, detail: `property ${cut(additionalProperty)} should not exist` };
  const name = nameOf(instancePath);
  const own = (parentSchema as CheckedSchema | undefined)?.messages?.[keyword];
  const message = MESSAGES[keyword]?.(params as Parameters) ?? 'is not valid';
  return { pointer, detail: own?.replaceAll('$property', name) ?? `${name} ${message}` };
}

/** A readable name of a field, such as `quantity` or `items[3]`. */
function nameOf(instancePath: string): string {
  const steps = instancePath.split('/').slice(1).map(unescaped);
  const index = steps.at(-1) ?? 'the value';
  return /^\d+$/.test(index) && steps.length > 1 ? `${steps.at(-2)}[${index}]` : index;
}

function typeNames(type: string | string[]): string {
  const names = [type].flat().filter((name, _, all) => name !== 'null' || all.length === 1);
  return names.map((name) => TYPE_NAMES[name] ?? name).join(' or ');
}

function cut(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME).replace(/[\ud800-\udbff]$/, '')}…` : name;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
