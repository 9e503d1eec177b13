export { eventually } from './eventually.js';
export { explain, type PlanNode } from './explain.js';
export { fillTable } from './fill-table.js';
export { pagesOf } from './filters.js';
export { holdLocks } from './hold-locks.js';
export { measureReads, type Reads, readsBeyond } from './measure-reads.js';
export { Proxy } from './proxy.js';
export { scannedTables } from './scanned-tables.js';
export { createTestDatabase, type TestDatabase } from './test-database.js';
