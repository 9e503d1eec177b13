import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';

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

type Class = new () => object;
type Rule = { name?: string; type: string; propertyName: string; constraints?: unknown[] };

/** What each rule says in JSON Schema. */
const WORDS: Record<string, (...constraints: never[]) => JsonSchema> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  isArray: () => ({ type: 'array' }),
  isIso8601: () => ({ type: 'string', $comment: 'isIso8601' }),
  isISO4217CurrencyCode: () => ({ type: 'string', pattern: '^[A-Za-z]{3}$', $comment: 'isISO4217CurrencyCode' }),
  isAmount: () => ({ type: 'number', minimum: 0, maximum: 1e11, $comment: 'isAmount' }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  isLength: (minLength: number, maxLength: number) => ({ minLength, maxLength }),
  matches: (pattern: RegExp) => ({ type: 'string', pattern: pattern.source }),
  arrayMinSize: (minItems: number) => ({ minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
  arrayUnique: () => ({ $comment: 'arrayUnique' }),
  isOptional: () => ({}),
};

/**
 * The JSON Schema of an event class: accepts every JSON value that the class's decorators accept, and names the rules
 * that it cannot say. Closed (`additionalProperties: false`), so that an optional field may be added (ADR 0012).
 * @throws for a decorator that it has no words for
 */
export function jsonSchemaOf(type: Class, title: string): JsonSchema {
  return { $schema: 'http://json-schema.org/draft-07/schema#', title, ...objectSchema(type) };
}

function objectSchema(type: Class): JsonSchema {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false) as Rule[];
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))].sort();
  const ofField = (name: string) => rules.filter(({ propertyName }) => propertyName === name);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, fieldSchema(type, name, ofField(name))])),
    required: names.filter((name) => !isOptional(ofField(name))),
    additionalProperties: false,
  };
}

function fieldSchema(owner: Class, field: string, rules: Rule[]): JsonSchema {
  const parts = rules.map((rule) => wordsFor(owner, field, rule));
  const comments = parts.flatMap(({ $comment }) => $comment ?? []).sort();
  const schema = Object.assign({}, ...parts) as JsonSchema;
  if (comments.length > 0) schema.$comment = comments.join(', ');
  if (isOptional(rules)) schema.type = [schema.type, 'null'].flat() as string[]; // as class-validator has it
  return Object.fromEntries(Object.entries(schema).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function wordsFor(owner: Class, field: string, { name, type, constraints = [] }: Rule): JsonSchema {
  const rule = name ?? type;
  if (type === 'nestedValidation') return { items: objectSchema(partClass(owner, field)) };
  const words = WORDS[rule];
  if (!words) throw new Error(`${owner.name}.${field}: no JSON Schema is known for the rule ${rule}`);
  return words(...(constraints as never[]));
}

/** The class that `@Type` names for the entries of a list. */
function partClass(owner: Class, field: string): Class {
  const made = plainToInstance(owner, { [field]: [{}] }) as Record<string, object[]>;
  return made[field]?.[0]?.constructor as Class;
}

function isOptional(rules: Rule[]): boolean {
  return rules.some(({ name }) => name === 'isOptional');
}
