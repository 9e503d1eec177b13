/** The database can't be used yet: its migrations have not run. Nothing was done. */
export class DatabaseNotReady extends Error {
  override readonly name = 'DatabaseNotReady';
}

/** The connection was lost during COMMIT: the transaction took effect as a whole or not at all, and nobody can say which. */
export class CommitOutcomeUnknown extends Error {
  override readonly name = 'CommitOutcomeUnknown';

  constructor(cause: unknown) {
    super('the connection was lost during COMMIT', { cause });
  }
}

/** The transaction was rolled back at its COMMIT, as a statement in it had failed and that was caught. Nothing was done. */
export class TransactionAborted extends Error {
  override readonly name = 'TransactionAborted';

  constructor() {
    super('COMMIT has rolled back: a statement of the transaction had failed');
  }
}

const LOST_CONNECTION =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error/;
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
]);
const CONTENTION = new Set(['40001', '40P01', '55P03', '57014']);
const SHUTDOWN_AND_RESOURCES = new Set(['57P01', '57P02', '57P03', '53100', '53200', '53300', '58000', '58030']);
/** What a standby answers to a write, and a primary that was made read-only. */
const READ_ONLY = '25006';

/**
 * Whether the database itself is away or at its limits, so that the same work, if it is safe to repeat, may succeed later:
 * network errors, SQLSTATE classes 08 and 53, an administrator's shutdown (57P01–57P03), a read-only server (25006).
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseNotReady || error instanceof CommitOutcomeUnknown) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return LOST_CONNECTION.test(error.message);
  return NETWORK_CODES.has(code) || SHUTDOWN_AND_RESOURCES.has(code) || code === READ_ONLY || code.startsWith('08');
}

/** Whether others were in the way for too long: deadlock, serialization failure, a lock or statement timeout. Nothing was done. */
export function isContention(error: unknown): boolean {
  return error instanceof Error && CONTENTION.has((error as { code?: string }).code ?? '');
}
