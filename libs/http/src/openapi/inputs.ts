import type { OpenAPIObject } from '@nestjs/swagger';
import { type JsonSchema, schemaOf } from '@orderflow/schema';
import type { Route } from './routes.js';

type Class = new () => object;
type Schemas = Record<string, JsonSchema>;

/** The part of an operation that is described here. */
export interface Inputs {
  parameters?: Parameter[];
  requestBody?: object;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly schema?: object;
}

/** What `@ApiProperty` adds to a field; everything else follows from its checks. */
const NOTES = ['description', 'examples', 'example', 'format'];

/**
 * Describes what a route takes by the schemas that check it, and with the notes of `@ApiProperty`, so that a document never
 * promises more or less than a check. Adds the schemas of bodies to the document.
 * @param isAuthenticated whether a field that `@ApiProperty` does not require may come from the caller's token
 */
export function describeInputs(
  operation: Inputs,
  route: Route,
  document: OpenAPIObject,
  isAuthenticated: boolean,
): void {
  const { parameters = [] } = operation;
  const isReplaced = ({ in: place }: Parameter) =>
    (place === 'query' && route.query) || (place === 'path' && route.parameters);
  operation.parameters = [
    ...(route.parameters ? parametersOf(route.parameters, 'path', parameters) : []),
    ...(route.query ? parametersOf(route.query, 'query', parameters) : []),
    ...parameters.filter((parameter) => !isReplaced(parameter)),
  ];
  if (!route.body) return;
  const { required = [], anyOf } = addSchema(route.body, document.components?.schemas as Schemas, isAuthenticated);
  operation.requestBody = {
    required: required.length > 0 || anyOf !== undefined, // a missing body counts as {}
    content: { 'application/json': { schema: referenceTo(route.body) } },
  };
}

function parametersOf(type: Class, place: 'path' | 'query', described: readonly Parameter[]): Parameter[] {
  const { properties = {}, required = [] } = schemaOf(type);
  return Object.entries(properties).map(([name, field]) => {
    const { description, schema } = described.find((each) => each.name === name && each.in === place) ?? {};
    const { description: _, ...notes } = notesIn({ ...schema });
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: { ...withoutNull(portable(field)), ...notes, ...defaultOf(type, name) },
    };
  });
}

/** Adds the schema of a class, and of the entries of its lists. @returns that of the class */
function addSchema(type: Class, schemas: Schemas, isAuthenticated: boolean): JsonSchema {
  const schema = schemaOf(type, (entries) => {
    addSchema(entries, schemas, isAuthenticated);
    return referenceTo(entries);
  });
  const { properties: noted = {}, required: always = [], ...notes } = schemas[type.name] ?? {};
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    name,
    { ...portable(field), ...notesIn({ ...noted[name] }), ...defaultOf(type, name) },
  ]);
  const required = schema.required?.filter((name) => !isAuthenticated || always.includes(name) || !(name in noted));
  const described = {
    ...schema,
    ...pick(notes, ['description']),
    properties: Object.fromEntries(properties),
    ...(required && { required }),
  };
  schemas[type.name] = described;
  return described;
}

const referenceTo = ({ name }: Class): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** The value of a field that a request leaves out. */
function defaultOf(type: Class, name: string): Pick<JsonSchema, 'default'> {
  const value = (new type() as Record<string, unknown>)[name];
  return value === undefined ? {} : { default: value };
}

/**
 * The same with patterns that other languages' regular expressions understand too: control characters as ranges, and
 * without unpaired surrogates, of which UTF-8 has none.
 */
function portable(schema: JsonSchema): JsonSchema {
  const { pattern, allOf } = schema;
  const ranges = String.raw`\x00-\x1f\x7f-\x9f`;
  return {
    ...schema,
    ...(pattern !== undefined && {
      pattern: pattern
        .replaceAll(String.raw`\P{Cc}`, `[^${ranges}]`)
        .replaceAll(String.raw`\p{Cc}`, ranges)
        .replaceAll(String.raw`\p{Cs}`, ''),
    }),
    ...(allOf && { allOf: allOf.map(portable) }),
  };
}

/** `null` stands for a missing field in JSON, but there is none in a URL. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema;
  return {
    ...schema,
    ...(Array.isArray(type) && { type: type.filter((each) => each !== 'null')[0] }),
    ...(values && { enum: values.filter((value) => value !== null) }),
  };
}

const notesIn = (schema: Readonly<Record<string, unknown>>) => pick(schema, NOTES);

function pick(members: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => names.includes(name)));
}
