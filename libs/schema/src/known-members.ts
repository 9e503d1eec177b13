import type { FuncKeywordDefinition, SchemaValidateFunction } from 'ajv';
import { MAX_VIOLATIONS } from './violation.js';

const validate: SchemaValidateFunction = (names: readonly string[], value: object) => {
  const unknown: string[] = [];
  for (const name in value) {
    if (names.includes(name)) continue;
    unknown.push(name);
    if (unknown.length === MAX_VIOLATIONS) break;
  }
  validate.errors = unknown.map((name) => ({ keyword: 'additionalProperties', params: { additionalProperty: name } }));
  return unknown.length === 0;
};

/**
 * A keyword that lists the allowed names of an object: like `additionalProperties: false`, but it reports at most
 * {@link MAX_VIOLATIONS} unknown members. ajv's own keyword reports all of them, however many there are.
 */
export const knownMembers: FuncKeywordDefinition = {
  keyword: 'knownMembers',
  type: 'object',
  schemaType: 'array',
  before: 'properties',
  errors: true,
  validate,
};
