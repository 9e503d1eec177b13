export { isInstant, MAX_INSTANT_LENGTH } from './instant.js';
export { countMarks, type JsonMarks } from './json-marks.js';
export { jsonSchemaOf, schemaOf } from './derive-schema.js';
export type { JsonSchema } from './json-schema.js';
export { type Rule, Satisfies, SatisfiesAsWhole } from './rule.js';
export { Validator, validatorOf } from './validator.js';
export { MAX_VIOLATIONS, type Violation } from './violation.js';
