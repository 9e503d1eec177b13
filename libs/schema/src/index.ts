export { isInstant } from './instant.js';
export { countMarks, type JsonMarks } from './json-marks.js';
export { type JsonSchema, jsonSchemaOf } from './json-schema.js';
export { type Rule, Satisfies } from './rule.js';
export { Validator, validatorOf } from './validator.js';
export { MAX_VIOLATIONS, type Violation } from './violation.js';
