export { DatabaseModule } from './database.module.js';
export { Database, type DatabaseOptions, type TransactionOptions } from './database/database.js';
export type { Migrations } from './database/migrate.js';
export {
  type ErasureStep,
  indexedStep,
  ROWS_PER_STEP,
  type SearchedTable,
  searchingStep,
  type StepResult,
} from './erasing/erasure-step.js';
export type { Erased, PersonalMembers } from './erasing/personal-text.js';
export { ChangeFeed, type Follower } from './feed/change-feed.js';
export { expiredChanges, recordingChanges } from './feed/feed-tables.js';
export { Listener } from './listen/listener.js';
export { type Comparisons, StatementParameters } from './parameters/comparisons.js';
export { packBytes, type PackedBytes } from './parameters/packed-bytes.js';
export { storableText } from './parameters/storable-text.js';
export { Backlog, type WaitingRows } from './tables/backlog.js';
export { type ExportPart, indexedPart, searchingPart } from './tables/export-part.js';
export { type IndexPage, pageOfIndex, type Statement } from './tables/index-page.js';
export { type FindRow, rowOfCustomer } from './tables/row-of-customer.js';
export { type Found, type Search, searchIndex } from './tables/search-index.js';
export { type Expired, Purge } from './tables/purge.js';
export {
  CommitOutcomeUnknown,
  DatabaseNotReady,
  isContention,
  isDatabaseUnavailable,
  NoConnection,
  TransactionAborted,
} from './transactions/database-errors.js';
export { lockBoth, lockRows, rowsToLock } from './transactions/lock-rows.js';
export { prepared, type PreparedStatement } from './transactions/prepared.js';
export { Transaction } from './transactions/transaction.js';
