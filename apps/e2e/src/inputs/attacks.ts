/** What would do harm if it became a part of a statement. */
const STATEMENTS = [`'; DROP TABLE orders; --`, `' OR '1'='1`, `1; SELECT pg_sleep(60)`, `\\'`, `$1`, '%'];

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly items?: Schema;
  readonly properties?: Record<string, Schema>;
}

interface Operation {
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly parameters?: readonly { readonly in: 'path' | 'query' | 'header'; readonly name: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
}

export interface OpenApiDocument {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

export interface Attack {
  /** For people: the operation, and the attacked string. */
  readonly name: string;
  /** Each alone allows the operation. */
  readonly scopes: readonly string[];
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/**
 * @param ids what the parameters of paths are otherwise
 * @returns requests that are right but for one string – a part of the path or the query, a header, or a member of the body – which holds a
 *   piece of SQL; for every string of every operation
 */
export function sqlAttacks({ paths, components }: OpenApiDocument, ids: Record<string, string>): Attack[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { parameters = [], requestBody, security = [] }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      const body = schema && sampleOf(schema, components.schemas);
      const right = { path: ids, query: {}, header: {}, body };
      const attacked = [
        ...parameters.flatMap(({ in: place, name }) =>
          STATEMENTS.map((statement) => ({ ...right, [place]: { ...right[place], [name]: statement }, at: name })),
        ),
        ...stringsIn(body).flatMap((at) =>
          STATEMENTS.map((statement) => ({ ...right, body: replaced(body, at, statement), at: at.join('.') })),
        ),
      ];
      const scopes = security.flatMap(({ oauth2 = [] }) => oauth2);
      return attacked.map(({ path: segments, query, header, body: changed, at }): Attack => {
        const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(segments[name] ?? 'x'));
        const url = `${filled}?${new URLSearchParams(query)}`;
        return {
          name: `${method} ${path}: ${at}`,
          scopes,
          method: method.toUpperCase(),
          url,
          headers: header,
          body: changed,
        };
      });
    }),
  );
}

function sampleOf(schema: Schema, schemas: Record<string, Schema>): unknown {
  const { $ref, type, enum: values, examples, minimum = 1, items, properties } = schema;
  if ($ref) return sampleOf(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  if (examples ?? values) return (examples ?? values)?.[0];
  if (properties)
    return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, sampleOf(each, schemas)]));
  if (items) return [sampleOf(items, schemas)];
  return [type].flat().includes('string') ? 'x' : minimum;
}

/** @returns the path of each string in a value */
function stringsIn(value: unknown): string[][] {
  if (typeof value === 'string') return [[]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => stringsIn(member).map((at) => [name, ...at]));
}

function replaced(value: unknown, [name, ...at]: readonly string[], by: string): unknown {
  if (name === undefined) return by;
  if (Array.isArray(value)) return value.map((member, n) => (String(n) === name ? replaced(member, at, by) : member));
  return { ...(value as object), [name]: replaced((value as Record<string, unknown>)[name], at, by) };
}
