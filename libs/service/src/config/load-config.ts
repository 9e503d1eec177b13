import { readFileSync } from 'node:fs';
import { validateSync } from 'class-validator';
import { type Variable, variablesOf } from './variable.js';

/** The environment is invalid; the message is one line that names every bad variable and its allowed values. */
export class InvalidConfiguration extends Error {
  override readonly name = 'InvalidConfiguration';
}

/**
 * Reads the variables of `shape` from `environment` into a validated, frozen instance.
 * An empty variable counts as not set. Values never appear in an error.
 * @throws {InvalidConfiguration} naming all bad and missing variables at once
 */
export function loadConfig<Config extends object>(shape: new () => Config, environment: NodeJS.ProcessEnv): Config {
  const config = new shape();
  const problems: string[] = [];
  const values = config as Record<string, unknown>;
  const secrets = new Map<string, () => string>();
  for (const variable of variablesOf(shape)) {
    try {
      const text = textOf(variable, environment);
      if (text === undefined) continue;
      values[variable.property] = convert(text, variable.type);
      if (variable.secret) secrets.set(variable.property, () => textOf(variable, environment) ?? '');
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length === 0) problems.push(...violations(config, variablesOf(shape)));
  if (problems.length > 0) throw new InvalidConfiguration(`Invalid configuration: ${problems.join('; ')}`);
  SECRETS.set(config, secrets);
  return Object.freeze(config);
}

const SECRETS = new WeakMap<object, ReadonlyMap<string, () => string>>();

/**
 * A secret of a loaded configuration; `undefined` if it is not set. Each call of the returned function reads it again if it
 * comes from a file, and throws if the file cannot be read any more.
 */
export function secretOf<Config extends object>(config: Config, property: keyof Config): (() => string) | undefined {
  return SECRETS.get(config)?.get(String(property));
}

function textOf({ name, secret }: Variable, environment: NodeJS.ProcessEnv): string | undefined {
  const file = secret ? environment[`${name}_FILE`] : undefined;
  if (!file) return environment[name] || undefined;
  if (environment[name]) throw new Error(`${name} and ${name}_FILE are both set; set only one`);
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    throw new Error(`${name}_FILE cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

function convert(text: string, type: Variable['type']): unknown {
  switch (type) {
    case 'number':
      return Number(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list':
      return text.split(',').map((part) => part.trim());
    case 'string':
      return text;
  }
}

function violations(config: object, variables: readonly Variable[]): string[] {
  const names = new Map(variables.map(({ property, name }) => [property, name]));
  return validateSync(config, { forbidUnknownValues: false }).map(({ property, value, constraints }) => {
    const name = names.get(property) ?? property;
    const allowed = Object.values(constraints ?? {}).map((text) => text.replaceAll(property, name));
    return value === undefined ? `${name} is missing (${allowed.join(', ')})` : allowed.join(', ');
  });
}
