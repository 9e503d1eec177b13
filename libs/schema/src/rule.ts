import 'reflect-metadata';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import type { JsonSchema } from './json-schema.js';

/** A rule that JSON Schema cannot express, or not with a message that helps. */
export interface Rule<Value = never, Parameter = unknown> {
  /** Unique; the published schema of a field names it in `$comment`. */
  readonly name: string;
  /** The type of value that is checked; the schema of the field rejects values of other types. */
  readonly type: 'string' | 'number' | 'array' | 'object';
  /** The part that JSON Schema can express. */
  readonly schema: JsonSchema;
  /**
   * Called for values within the limits of `schema`, with the object that they are a field of; must be at most linear in
   * their size.
   */
  readonly check: (value: Value, parameter: Parameter, owner: Readonly<Record<string, unknown>>) => boolean;
  /** What is wrong; `$property` stands for the field's name. */
  readonly message: string;
}

const rules = new Map<string, Rule>();
const RULES_OF_CLASS = Symbol('rules of a class');

/** Applies a rule to a field. @param parameter passed to the rule's check */
export function Satisfies<Value, Parameter = undefined>(
  rule: Rule<Value, Parameter>,
  parameter?: Parameter,
): PropertyDecorator {
  rules.set(rule.name, rule as unknown as Rule);
  const validate = (value: unknown, context?: ValidationArguments) =>
    rule.check(value as Value, parameter as Parameter, (context?.object ?? {}) as Record<string, unknown>);
  return ValidateBy({
    name: rule.name,
    constraints: [parameter],
    validator: { validate, defaultMessage: () => rule.message },
  });
}

/** Applies a rule to an object as a whole: which of its fields go together. Its `schema` is published only, the check is the rule's. */
export function SatisfiesAsWhole<Value extends object>(rule: Rule<Value, undefined>): (type: new () => Value) => void {
  rules.set(rule.name, rule as unknown as Rule);
  return (type) => Reflect.defineMetadata(RULES_OF_CLASS, [...rulesOfClass(type), rule], type);
}

export function rulesOfClass(type: object): readonly Rule[] {
  return (Reflect.getMetadata(RULES_OF_CLASS, type) as readonly Rule[] | undefined) ?? [];
}

export function findRule(name: string): Rule | undefined {
  return rules.get(name);
}

export function allRules(): Iterable<Rule> {
  return rules.values();
}
