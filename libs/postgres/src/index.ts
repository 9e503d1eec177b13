export { Backlog, type WaitingRows } from './backlog.js';
export { Database, type DatabaseOptions, type TransactionOptions } from './database.js';
export { DatabaseModule } from './database.module.js';
export {
  CommitOutcomeUnknown,
  DatabaseNotReady,
  isContention,
  isDatabaseUnavailable,
  TransactionAborted,
} from './database-errors.js';
export { lockRows } from './lock-rows.js';
export { Listener } from './listener.js';
export type { Migrations } from './migrate.js';
export { packBytes, type PackedBytes } from './packed-bytes.js';
export { type Expired, Purge } from './purge.js';
export { storableText } from './storable-text.js';
export { Transaction } from './transaction.js';
