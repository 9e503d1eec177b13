import { PermanentError } from '@orderflow/kafka';
import { OutboxFull } from '@orderflow/outbox';
import { isDatabaseUnavailable } from '@orderflow/postgres';

/**
 * What a failure says, decided by its type alone:
 * - `surroundings`: the database is away, or Kafka has been for so long that the outbox is full; the message is fine, so wait without limit.
 * - `permanent`: bad input; the message can never be handled, so it is a dead letter at once.
 * - `own`: a bug, or rows fought over; tried again, a bounded number of times.
 */
export type FailureKind = 'surroundings' | 'permanent' | 'own';

export function kindOf(error: unknown): FailureKind {
  if (isDatabaseUnavailable(error) || error instanceof OutboxFull) return 'surroundings';
  return error instanceof PermanentError ? 'permanent' : 'own';
}

export interface Failure {
  /** Stable, in capitals: operators filter by it. */
  readonly code: string;
  readonly message: string;
  readonly stack: string | null;
}

const SQLSTATE = /^[0-9A-Z]{5}$/;
const MESSAGE_LENGTH = 1_000;
const STACK_LENGTH = 4_000;

/** A failure as it is kept: cut, and without what Postgres cannot store as text. */
export function describeFailure(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    code: codeOf(error),
    message: text(message, MESSAGE_LENGTH),
    stack: stack ? text(stack, STACK_LENGTH) : null,
  };
}

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === 'string') return SQLSTATE.test(code) ? `SQLSTATE_${code}` : code;
  return typeof name === 'string' ? name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase() : 'ERROR';
}

function text(value: string, length: number): string {
  return value.replaceAll('\0', '\u2400').slice(0, length);
}
