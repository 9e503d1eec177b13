import { ValidateBy } from 'class-validator';
import type { JsonSchema } from './json-schema.js';

/** A rule of a field that JSON Schema has no word for. */
export interface Rule<Value = never, Parameter = unknown> {
  /** Unique; the published schema names it in `$comment`. */
  readonly name: string;
  /** The type that it is about: values of other types it lets pass, since `schema` refuses them. */
  readonly type: 'string' | 'number' | 'array';
  /** What JSON Schema can say of it. */
  readonly schema: JsonSchema;
  /** Linear in the size of the value at most, which has passed the bounds of the schema. */
  readonly check: (value: Value, parameter: Parameter) => boolean;
  /** What is wrong, with `$property` for the field's name. */
  readonly message: string;
}

const rules = new Map<string, Rule>();

/** Puts a field under a rule. @param parameter of this field, handed to the rule's check */
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
