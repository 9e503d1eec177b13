export { openApiViolations } from './openapi-violations.js';
