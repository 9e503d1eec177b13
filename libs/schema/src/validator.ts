import { Ajv, type ValidateFunction } from 'ajv';
import { type CheckedSchema, checkedSchemaOf } from './json-schema.js';
import { knownMembers } from './known-members.js';
import { allRules, findRule } from './rule.js';
import { MAX_VIOLATIONS, toViolation, type Violation } from './violation.js';

type Class<Data> = new () => Data;

export interface ValidatorOptions {
  /** What becomes of members that the class does not know: a violation each, or removed from the value. */
  readonly unknownMembers: 'refuse' | 'drop';
}

/** Entries of a list without a bound of its own whose violations are looked for. */
const EXPLAINED_ENTRIES = 1_000;

/**
 * Holds values against the JSON Schema of a class, compiled once. Bounds come first: the entries of a list are not looked
 * at where it is too long, and the first violation ends the check.
 */
export class Validator<Data extends object> {
  private readonly accepts: ValidateFunction;
  private explains: ValidateFunction | undefined;

  /** @throws for a decorator without a counterpart in JSON Schema */
  constructor(
    private readonly type: Class<Data>,
    private readonly options: ValidatorOptions,
  ) {
    this.accepts = this.compile(checkedSchemaOf(type), { allErrors: false });
  }

  /**
   * What is wrong with a JSON value: one for each place, {@link MAX_VIOLATIONS} at most; nothing where it is valid. May
   * drop members from it.
   */
  violationsOf(value: unknown): readonly Violation[] {
    if (this.accepts(value)) return [];
    const [first] = this.accepts.errors ?? [];
    this.explains ??= this.compile(boundedFirst(checkedSchemaOf(this.type), this.options), { allErrors: true });
    this.explains(value);
    const errors = (this.explains.errors ?? []).filter(({ keyword }) => keyword !== 'if' && keyword !== 'allOf');
    const told = errors.length > 0 ? errors : [first].flatMap((error) => error ?? []);
    const byPlace = new Map<string, Violation>();
    for (const error of told) {
      if (byPlace.size === MAX_VIOLATIONS) break;
      const violation = toViolation(error);
      if (!byPlace.has(violation.pointer)) byPlace.set(violation.pointer, violation);
    }
    return [...byPlace.values()];
  }

  /** An instance of the class with the members of a valid value, and its own where they are missing. */
  instanceOf(value: object): Data {
    return Object.assign(new this.type(), value);
  }

  private compile(schema: CheckedSchema, { allErrors }: { allErrors: boolean }): ValidateFunction {
    const ajv = new Ajv({
      allErrors,
      verbose: true,
      strictTypes: false,
      removeAdditional: this.options.unknownMembers === 'drop',
    });
    ajv.addKeyword('says');
    ajv.addKeyword(knownMembers);
    for (const { name, type, check } of allRules()) {
      const validate = (parameter: unknown, value: unknown) => check(value as never, parameter);
      ajv.addKeyword({ keyword: name, type, validate, errors: false });
    }
    return ajv.compile(schema);
  }
}

const VALIDATORS = new Map<Class<object>, Map<ValidatorOptions['unknownMembers'], Validator<object>>>();

/** The validator of a class, the same for the same arguments. */
export function validatorOf<Data extends object>(type: Class<Data>, options: ValidatorOptions): Validator<Data> {
  let byOption = VALIDATORS.get(type);
  if (!byOption) VALIDATORS.set(type, (byOption = new Map()));
  let validator = byOption.get(options.unknownMembers);
  if (!validator) byOption.set(options.unknownMembers, (validator = new Validator(type, options)));
  return validator as Validator<Data>;
}

/**
 * The same schema for one that looks for all violations: entries of lists only within the bound of the list, and unknown
 * members only where each is a violation, as far as they are worth one.
 */
function boundedFirst(schema: CheckedSchema, options: ValidatorOptions): CheckedSchema {
  const { properties, items, additionalProperties, maxItems = EXPLAINED_ENTRIES, ...rest } = schema;
  const bounded: CheckedSchema = { ...rest, ...(schema.maxItems === undefined ? {} : { maxItems }) };
  if (properties) bounded.properties = mapValues(properties, (value) => boundedFirst(value, options));
  if (additionalProperties === false && options.unknownMembers === 'refuse')
    bounded[knownMembers.keyword as string] = Object.keys(properties ?? {});
  if (!items) return bounded;
  const isOfArrays = ([name]: [string, unknown]) => findRule(name)?.type === 'array';
  const [ofArrays, others] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(bounded).filter((entry) => isOfArrays(entry) === wanted)),
  );
  const then = { ...ofArrays, items: boundedFirst(items as CheckedSchema, options), says: bounded.says };
  return { ...others, if: { maxItems }, then };
}

function mapValues(
  record: Record<string, unknown>,
  map: (value: CheckedSchema) => CheckedSchema,
): Record<string, CheckedSchema> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value as CheckedSchema)]));
}
