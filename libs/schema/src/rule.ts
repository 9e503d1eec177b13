import { ValidateBy } from 'class-validator';
import type { JsonSchema } from './json-schema.js';

/** A rule of a field that JSON Schema cannot express. */
export interface Rule<Value = never, Parameter = unknown> {
  /** Unique; the published schema names it in `$comment`. */
  readonly name: string;
  /** The type of value that is checked; `schema` rejects values of other types. */
  readonly type: 'string' | 'number' | 'array';
  /** The part that JSON Schema can express. */
  readonly schema: JsonSchema;
  /** Called for values within the limits of `schema`; must be at most linear in their size. */
  readonly check: (value: Value, parameter: Parameter) => boolean;
  /** What is wrong; `$property` stands for the field's name. */
  readonly message: string;
}

const rules = new Map<string, Rule>();

/** Applies a rule to a field. @param parameter passed to the rule's check */
export function Satisfies<Value, Parameter = undefined>(
  rule: Rule<Value, Parameter>,
  parameter?: Parameter,
): PropertyDecorator {
  rules.set(rule.name, rule as unknown as Rule);
  const validate = (value: unknown) => rule.check(value as Value, parameter as Parameter);
  return ValidateBy({
    name: rule.name,
    constraints: [parameter],
    validator: { validate, defaultMessage: () => rule.message },
  });
}

export function findRule(name: string): Rule | undefined {
  return rules.get(name);
}

export function allRules(): Iterable<Rule> {
  return rules.values();
}
