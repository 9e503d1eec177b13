import { Ajv, type SchemaValidateFunction, type ValidateFunction } from 'ajv';
import { checkedSchemaOf } from './derive-schema.js';
import type { CheckedSchema } from './json-schema.js';
import { knownMembers } from './known-members.js';
import { allRules, findRule } from './rule.js';
import { MAX_VIOLATIONS, toViolation, type Violation } from './violation.js';

type Class<Data> = new () => Data;

export interface ValidatorOptions {
  /** Whether an unknown member is a violation or is removed from the value. */
  readonly unknownMembers: 'refuse' | 'drop';
}

/** Maximum number of entries in which violations are searched, for a list without a limit of its own. */
const MAX_EXPLAINED_ENTRIES = 1_000;

/**
 * Checks values against the JSON Schema of a class, compiled once. Limits come first: the entries of a list that is too long
 * are not checked, and the first violation ends the check.
 */
export class Validator<Data extends object> {
  private readonly accepts: ValidateFunction;
  private explains: ValidateFunction | undefined;

  /** @throws for a decorator without a JSON Schema */
  constructor(
    private readonly type: Class<Data>,
    private readonly options: ValidatorOptions,
  ) {
    this.accepts = this.compile(checkedSchemaOf(type), { allErrors: false });
  }

  /**
   * The violations of a JSON value, one per pointer and at most {@link MAX_VIOLATIONS}; empty if it is valid. May remove
   * members from the value.
   */
  violationsOf(value: unknown): readonly Violation[] {
    if (this.accepts(value)) return [];
    const [first] = this.accepts.errors ?? [];
    this.explains ??= this.compile(limitsFirst(checkedSchemaOf(this.type), this.options), { allErrors: true });
    this.explains(value);
    const errors = (this.explains.errors ?? []).filter(({ keyword }) => keyword !== 'if' && keyword !== 'allOf');
    const reported = errors.length > 0 ? errors : [first].flatMap((error) => error ?? []);
    const byPointer = new Map<string, Violation>();
    for (const error of reported) {
      if (byPointer.size === MAX_VIOLATIONS) break;
      const violation = toViolation(error);
      if (!byPointer.has(violation.pointer)) byPointer.set(violation.pointer, violation);
    }
    return [...byPointer.values()];
  }

  /** An instance of the class with the members of a valid value, and the class's defaults for missing ones. */
  instanceOf(value: object): Data {
    return Object.assign(new this.type(), value);
  }

  private compile(schema: CheckedSchema, { allErrors }: { allErrors: boolean }): ValidateFunction {
    const ajv = new Ajv({
      allErrors,
      verbose: true,
      strictTypes: false,
      validateFormats: false,
      removeAdditional: this.options.unknownMembers === 'drop',
    });
    ajv.addKeyword('messages');
    ajv.addKeyword(knownMembers);
    for (const { name, type, check } of allRules()) {
      const validate: SchemaValidateFunction = (parameter: unknown, value: unknown, _schema, context) =>
        check(value as never, parameter, context?.parentData as Record<string, unknown>);
      ajv.addKeyword({ keyword: name, type, validate, errors: false });
    }
    return ajv.compile(schema);
  }
}

const VALIDATORS = new Map<Class<object>, Map<ValidatorOptions['unknownMembers'], Validator<object>>>();

/** The validator of a class; the same one for the same arguments. */
export function validatorOf<Data extends object>(type: Class<Data>, options: ValidatorOptions): Validator<Data> {
  let byOption = VALIDATORS.get(type);
  if (!byOption) VALIDATORS.set(type, (byOption = new Map()));
  let validator = byOption.get(options.unknownMembers);
  if (!validator) byOption.set(options.unknownMembers, (validator = new Validator(type, options)));
  return validator as Validator<Data>;
}

/**
 * The same schema for finding all violations: it checks the entries of a list only if the list is not too long, and reports
 * a limited number of unknown members, if they are violations.
 */
function limitsFirst(schema: CheckedSchema, options: ValidatorOptions): CheckedSchema {
  const { properties, items, additionalProperties, maxItems = MAX_EXPLAINED_ENTRIES, ...rest } = schema;
  const bounded: CheckedSchema = { ...rest, ...(schema.maxItems === undefined ? {} : { maxItems }) };
  if (properties) bounded.properties = mapValues(properties, (value) => limitsFirst(value, options));
  if (additionalProperties === false && options.unknownMembers === 'refuse')
    bounded[knownMembers.keyword as string] = Object.keys(properties ?? {});
  if (!items) return bounded;
  const isOfArrays = ([name]: [string, unknown]) => findRule(name)?.type === 'array';
  const [ofArrays, others] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(bounded).filter((entry) => isOfArrays(entry) === wanted)),
  );
  const then = { ...ofArrays, items: limitsFirst(items as CheckedSchema, options), messages: bounded.messages };
  return { ...others, if: { maxItems }, then };
}

function mapValues(
  record: Record<string, unknown>,
  map: (value: CheckedSchema) => CheckedSchema,
): Record<string, CheckedSchema> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value as CheckedSchema)]));
}
