import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import type { CheckedSchema, JsonSchema } from './json-schema.js';
import { findRule, type Rule, rulesOfClass } from './rule.js';

type Class = new () => object;

interface Metadata {
  readonly name?: string;
  readonly type: string;
  readonly propertyName: string;
  readonly constraints?: readonly unknown[];
  readonly message?: unknown;
}

/** One decorator of a field, as JSON Schema. */
interface Part {
  readonly name: string;
  readonly schema: JsonSchema;
  /** Set for a rule that JSON Schema cannot express. */
  readonly rule?: { readonly parameter: unknown };
  readonly message?: string;
}

/** The JSON Schema of each decorator of class-validator. */
const KEYWORDS: Readonly<Record<string, (...constraints: never[]) => JsonSchema>> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  isArray: () => ({ type: 'array' }),
  isBoolean: () => ({ type: 'boolean' }),
  isIn: (values: unknown[]) => ({ enum: [...values] }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  isLength: (minLength: number, maxLength: number) => ({ minLength, maxLength }),
  notEquals: (value: unknown) => ({ not: { const: value } }),
  matches: (pattern: RegExp) => ({ type: 'string', pattern: pattern.source }),
  arrayMinSize: (minItems: number) => ({ minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
  arrayNotEmpty: () => ({ minItems: 1 }),
  isOptional: () => ({}),
};

interface Derivation {
  /** Turns the decorators of a field into its schema. */
  readonly combine: (parts: readonly Part[]) => JsonSchema;
  /** Turns the rules of a class into a part of its schema. */
  readonly asWhole: (rules: readonly Rule[]) => JsonSchema;
  /** The schema of the entries of a list; inline unless given. */
  readonly entries?: (type: Class) => JsonSchema;
}

/**
 * The JSON Schema of a class: it accepts every JSON value that the decorators accept, and names the rules that it cannot
 * express. It is closed (`additionalProperties: false`), so that an optional field may be added (ADR 0012).
 * @throws for a decorator without a JSON Schema
 */
export function jsonSchemaOf(type: Class, title: string): JsonSchema {
  return { $schema: 'http://json-schema.org/draft-07/schema#', title, ...schemaOf(type) };
}

/**
 * The same without title and dialect, as a part of a document.
 * @param entries the schema of the entries of a list by their class, such as a reference; inline unless given
 */
export function schemaOf(type: Class, entries?: (type: Class) => JsonSchema): JsonSchema {
  return objectSchema(type, { combine: publishedSchema, asWhole: publishedRules, ...(entries && { entries }) });
}

/** The schema for {@link Validator}, in which each rule is a keyword. */
export function checkedSchemaOf(type: Class): CheckedSchema {
  return objectSchema(type, { combine: checkedSchema, asWhole: checkedRules }) as CheckedSchema;
}

function objectSchema(type: Class, derivation: Derivation): JsonSchema {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false) as Metadata[];
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))].sort();
  const ofField = (name: string) => rules.filter(({ propertyName }) => propertyName === name);
  const initial = new type() as Record<string, unknown>;
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, fieldSchema(type, name, ofField(name), derivation)])),
    required: names.filter((name) => !isOptional(ofField(name)) && initial[name] === undefined),
    additionalProperties: false,
    ...derivation.asWhole(rulesOfClass(type)),
  };
}

function fieldSchema(owner: Class, field: string, rules: readonly Metadata[], derivation: Derivation): JsonSchema {
  const schema = derivation.combine(rules.map((rule) => partOf(owner, field, rule, derivation)));
  if (isOptional(rules) && schema.type) schema.type = [schema.type, 'null'].flat(); // as in class-validator
  if (isOptional(rules) && schema.enum) schema.enum = [...schema.enum, null];
  return Object.fromEntries(Object.entries(schema).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function partOf(owner: Class, field: string, metadata: Metadata, derivation: Derivation): Part {
  const { name = metadata.type, constraints = [], message } = metadata;
  const own = typeof message === 'string' ? { message } : {};
  if (metadata.type === 'nestedValidation') {
    const { entries = (type) => objectSchema(type, derivation) } = derivation;
    return { name, schema: { items: entries(partClass(owner, field)) } };
  }
  const rule = findRule(name);
  if (rule) return { name, schema: rule.schema, rule: { parameter: constraints[0] }, message: rule.message, ...own };
  const keywords = KEYWORDS[name];
  if (!keywords) throw new Error(`${owner.name}.${field}: there is no JSON Schema for the rule ${name}`);
  return { name, schema: keywords(...(constraints as never[])), ...own };
}

function publishedSchema(parts: readonly Part[]): JsonSchema {
  const schema: JsonSchema = {};
  for (const { schema: keywords } of parts) {
    if (keywords.pattern !== undefined && schema.pattern !== undefined)
      schema.allOf = [...(schema.allOf ?? []), { pattern: keywords.pattern }];
    else Object.assign(schema, keywords);
  }
  const unexpressed = parts.flatMap(({ name, rule }) => (rule ? name : [])).sort();
  return unexpressed.length > 0 ? { ...schema, $comment: unexpressed.join(', ') } : schema;
}

function checkedSchema(parts: readonly Part[]): JsonSchema {
  const schema: CheckedSchema = {};
  for (const { name, schema: keywords, rule, message } of parts) {
    const messages =
      message === undefined ? {} : { messages: { [rule ? name : (Object.keys(keywords).at(-1) ?? '')]: message } };
    if (keywords.pattern !== undefined && schema.pattern !== undefined) {
      schema.allOf = [...(schema.allOf ?? []), { pattern: keywords.pattern, ...messages }];
      continue;
    }
    Object.assign(schema, keywords, { messages: { ...schema.messages, ...messages.messages } });
    if (rule) schema[name] = rule.parameter ?? true;
  }
  return schema;
}

const publishedRules = (rules: readonly Rule[]): JsonSchema => Object.assign({}, ...rules.map(({ schema }) => schema));

const checkedRules = (rules: readonly Rule[]): CheckedSchema => ({
  ...Object.fromEntries(rules.map(({ name }) => [name, true])),
  messages: Object.fromEntries(rules.map(({ name, message }) => [name, message])),
});

/** The class of the entries of a list, as named by `@Type`. */
function partClass(owner: Class, field: string): Class {
  const made = plainToInstance(owner, { [field]: [{}] }) as Record<string, object[]>;
  return made[field]?.[0]?.constructor as Class;
}

function isOptional(rules: readonly Metadata[]): boolean {
  return rules.some(({ name }) => name === 'isOptional');
}
