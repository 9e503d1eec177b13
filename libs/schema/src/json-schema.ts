import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import { findRule } from './rule.js';

/** What the derivation can say: a part of JSON Schema draft-07. */
export interface JsonSchema {
  $schema?: string;
  /** Rules of the class that JSON Schema has no word for, by name. */
  $comment?: string;
  title?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: JsonSchema;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

/** The same for checking: rules are keywords of their own. */
export interface CheckedSchema extends JsonSchema {
  /** Messages by keyword, where a decorator has its own. */
  says?: Record<string, string>;
  allOf?: CheckedSchema[];
  [rule: string]: unknown;
}

type Class = new () => object;

interface Metadata {
  readonly name?: string;
  readonly type: string;
  readonly propertyName: string;
  readonly constraints?: readonly unknown[];
  readonly message?: unknown;
}

/** One decorator of a field, in JSON Schema's words. */
interface Part {
  readonly name: string;
  readonly schema: JsonSchema;
  /** Of a rule that JSON Schema has no word for. */
  readonly rule?: { readonly parameter: unknown };
  readonly message?: string;
}

/** What each decorator of class-validator says in JSON Schema. */
const WORDS: Readonly<Record<string, (...constraints: never[]) => JsonSchema>> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  isArray: () => ({ type: 'array' }),
  isBoolean: () => ({ type: 'boolean' }),
  isIn: (values: unknown[]) => ({ enum: [...values] }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  isLength: (minLength: number, maxLength: number) => ({ minLength, maxLength }),
  matches: (pattern: RegExp) => ({ type: 'string', pattern: pattern.source }),
  arrayMinSize: (minItems: number) => ({ minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
  arrayNotEmpty: () => ({ minItems: 1 }),
  isOptional: () => ({}),
};

/** How the decorators of a field become its schema. */
type Wording = (parts: readonly Part[]) => JsonSchema;

/**
 * The JSON Schema of a class: accepts every JSON value that the class's decorators accept, and names the rules that it
 * cannot say. Closed (`additionalProperties: false`), so that an optional field may be added (ADR 0012).
 * @throws for a decorator that it has no words for
 */
export function jsonSchemaOf(type: Class, title: string): JsonSchema {
  return { $schema: 'http://json-schema.org/draft-07/schema#', title, ...objectSchema(type, publishedWording) };
}

/** The same with every rule as a keyword, for {@link Validator}. */
export function checkedSchemaOf(type: Class): CheckedSchema {
  return objectSchema(type, checkedWording) as CheckedSchema;
}

function objectSchema(type: Class, wording: Wording): JsonSchema {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false) as Metadata[];
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))].sort();
  const ofField = (name: string) => rules.filter(({ propertyName }) => propertyName === name);
  const initial = new type() as Record<string, unknown>;
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, fieldSchema(type, name, ofField(name), wording)])),
    required: names.filter((name) => !isOptional(ofField(name)) && initial[name] === undefined),
    additionalProperties: false,
  };
}

function fieldSchema(owner: Class, field: string, rules: readonly Metadata[], wording: Wording): JsonSchema {
  const schema = wording(rules.map((rule) => partOf(owner, field, rule, wording)));
  if (isOptional(rules) && schema.type) schema.type = [schema.type, 'null'].flat(); // as class-validator has it
  if (isOptional(rules) && schema.enum) schema.enum = [...schema.enum, null];
  return Object.fromEntries(Object.entries(schema).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function partOf(owner: Class, field: string, metadata: Metadata, wording: Wording): Part {
  const { name = metadata.type, constraints = [], message } = metadata;
  const own = typeof message === 'string' ? { message } : {};
  if (metadata.type === 'nestedValidation')
    return { name, schema: { items: objectSchema(partClass(owner, field), wording) } };
  const rule = findRule(name);
  if (rule) return { name, schema: rule.schema, rule: { parameter: constraints[0] }, message: rule.message, ...own };
  const words = WORDS[name];
  if (!words) throw new Error(`${owner.name}.${field}: no JSON Schema is known for the rule ${name}`);
  return { name, schema: words(...(constraints as never[])), ...own };
}

function publishedWording(parts: readonly Part[]): JsonSchema {
  const schema: JsonSchema = Object.assign({}, ...parts.map((part) => part.schema));
  const unsaid = parts.flatMap(({ name, rule }) => (rule ? name : [])).sort();
  return unsaid.length > 0 ? { ...schema, $comment: unsaid.join(', ') } : schema;
}

function checkedWording(parts: readonly Part[]): JsonSchema {
  const schema: CheckedSchema = {};
  for (const { name, schema: words, rule, message } of parts) {
    const says = message === undefined ? {} : { says: { [rule ? name : (Object.keys(words).at(-1) ?? '')]: message } };
    if (words.pattern !== undefined && schema.pattern !== undefined) {
      schema.allOf = [...(schema.allOf ?? []), { pattern: words.pattern, ...says }];
      continue;
    }
    Object.assign(schema, words, { says: { ...schema.says, ...says.says } });
    if (rule) schema[name] = rule.parameter ?? true;
  }
  return schema;
}

/** The class that `@Type` names for the entries of a list. */
function partClass(owner: Class, field: string): Class {
  const made = plainToInstance(owner, { [field]: [{}] }) as Record<string, object[]>;
  return made[field]?.[0]?.constructor as Class;
}

function isOptional(rules: readonly Metadata[]): boolean {
  return rules.some(({ name }) => name === 'isOptional');
}
