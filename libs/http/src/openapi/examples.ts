/** Members that hold data, in which nothing is a schema. */
const DATA = new Set(['default', 'enum', 'const', 'example', 'examples']);
/** Members whose members have free names. */
const NAMED = new Set(['properties', 'patternProperties', 'schemas', 'headers', 'responses', 'paths', 'content']);

/**
 * The same document with `examples` instead of `example` in its schemas: in OpenAPI 3.1 they are plain JSON Schema, which
 * has only the former.
 */
export function withExamples<Part>(part: Part, isSchema = false): Part {
  if (Array.isArray(part)) return part.map((each: unknown) => withExamples(each, isSchema)) as Part;
  if (typeof part !== 'object' || part === null) return part;
  const members = Object.entries(part).map(([name, member]): [string, unknown] => {
    if (isSchema && name === 'example') return ['examples', [member]];
    if (DATA.has(name)) return [name, member];
    if (NAMED.has(name)) return [name, mapMembers(member as object, isSchema || name === 'schemas')];
    return [name, withExamples(member, isSchema || name === 'schema')];
  });
  return Object.fromEntries(members) as Part;
}

const mapMembers = (named: object, isSchema: boolean) =>
  Object.fromEntries(Object.entries(named).map(([name, member]) => [name, withExamples(member, isSchema)]));
