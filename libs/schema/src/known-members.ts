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
 * A keyword with the names that an object may have: `additionalProperties: false` that finds {@link MAX_VIOLATIONS} others
 * at most. ajv's own makes an error of each, however many there are.
 */
export const knownMembers: FuncKeywordDefinition = {
  keyword: 'knownMembers',
  type: 'object',
  schemaType: 'array',
  before: 'properties',
  errors: true,
  validate,
};
