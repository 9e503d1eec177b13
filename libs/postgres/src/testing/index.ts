export { holdLocks } from './hold-locks.js';
export { Proxy } from './proxy.js';
export { createTestDatabase, type TestDatabase } from './test-database.js';
