export { isInstant } from './instant.js';
export { countMarks, type JsonMarks } from './json-marks.js';
export { jsonSchemaOf } from './derive-schema.js';
export type { JsonSchema } from './json-schema.js';
export { type Rule, Satisfies } from './rule.js';
export { Validator, validatorOf } from './validator.js';
export { MAX_VIOLATIONS, type Violation } from './violation.js';
