export { canonicalJson } from './canonical-json.js';
export { idempotencyErasureSteps } from './erasure-steps.js';
export { IdempotencyModule } from './idempotency.module.js';
export { IdempotentRequests } from './idempotent-requests.js';
export { ApiIdempotencyKey, Keyed, type KeyedRequest } from './keyed-request.js';
export { keyInFlight, keyReused } from './key-refusals.js';
export { IDEMPOTENCY_MIGRATIONS } from './migrations.js';
