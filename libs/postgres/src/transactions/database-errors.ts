/** The migrations have not run yet, so the database cannot be used. Nothing was done. */
export class DatabaseNotReady extends Error {
  override readonly name = 'DatabaseNotReady';
}

/** No connection could be had, so the work did not begin. It has the message and the code of its cause. */
export class NoConnection extends Error {
  override readonly name = 'NoConnection';
  readonly code: unknown;

  constructor(cause: Error & { readonly code?: unknown }) {
    super(cause.message, { cause });
    this.code = cause.code;
  }
}

/** The connection was lost during COMMIT: the transaction was committed or rolled back, and there is no way to tell which. */
export class CommitOutcomeUnknown extends Error {
  override readonly name = 'CommitOutcomeUnknown';

  constructor(cause: unknown) {
    super('the connection was lost during COMMIT', { cause });
  }
}

/** COMMIT rolled the transaction back, because one of its statements had failed and `work` caught the error. Nothing was done. */
export class TransactionAborted extends Error {
  override readonly name = 'TransactionAborted';

  constructor() {
    super('COMMIT rolled the transaction back, because a statement in it had failed');
  }
}

const UNAVAILABLE = [DatabaseNotReady, NoConnection, CommitOutcomeUnknown];
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
/** The error of a write to a standby, or to a primary that is read-only. */
const READ_ONLY = '25006';

/**
 * Whether the database is unreachable or at its limits, so that the same work, if it is safe to repeat, may succeed later:
 * network errors, SQLSTATE classes 08 and 53, an administrator's shutdown (57P01–57P03), a read-only server (25006).
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (UNAVAILABLE.some((kind) => error instanceof kind)) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return LOST_CONNECTION.test(error.message);
  return NETWORK_CODES.has(code) || SHUTDOWN_AND_RESOURCES.has(code) || code === READ_ONLY || code.startsWith('08');
}

/** Whether other transactions were in the way: deadlock, serialization failure, lock or statement timeout. Nothing was done. */
export function isContention(error: unknown): boolean {
  return error instanceof Error && CONTENTION.has((error as { code?: string }).code ?? '');
}

/** Whether a statement was refused because an earlier one of its transaction had failed (25P02). */
export function isTransactionAborted(error: unknown): boolean {
  return error instanceof Error && (error as { code?: string }).code === '25P02';
}
