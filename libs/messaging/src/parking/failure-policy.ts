import { Inject, Injectable } from '@nestjs/common';
import { PermanentError, TypeNotHandled, PositionLost } from '../envelope/message-errors.js';
import { cutText, redactText, redactValue } from '@orderflow/observability';
import { OutboxFull } from '../publish/outbox.options.js';
import { Database, DatabaseNotReady, isContention, isDatabaseUnavailable, storableText } from '@orderflow/postgres';
import { ConsumerStopped } from './kill-switch.js';

/**
 * What a failure means:
 * - `surroundings`: the database is away, Kafka has been for so long that the outbox is full, or the kill switch is
 *   thrown; the message is fine, so wait without limit.
 * - `permanent`: bad input; the message can never be handled, so it is a dead letter at once.
 * - `contention`: others hold what it needs, or the server took too long; tried again without limit, never a dead letter.
 * - `unhandled`: a type that nobody here handles, set aside by another version of this service; left for that one.
 * - `own`: a bug; tried again, a bounded number of times.
 */
export type FailureKind = 'surroundings' | 'permanent' | 'contention' | 'unhandled' | 'own';

/** What a failure's type says; `connection`: either the database is away, or the message has broken its own connection. */
export function typeOf(error: unknown): FailureKind | 'connection' {
  if (
    error instanceof DatabaseNotReady ||
    error instanceof OutboxFull ||
    error instanceof ConsumerStopped ||
    error instanceof PositionLost
  )
    return 'surroundings';
  if (isDatabaseUnavailable(error)) return 'connection';
  if (isContention(error)) return 'contention';
  if (error instanceof TypeNotHandled) return 'unhandled';
  return error instanceof PermanentError ? 'permanent' : 'own';
}

/** Decides by a failure's type, and where that leaves it open, by a probe: whether the database answers now. */
@Injectable()
export class FailurePolicy {
  constructor(@Inject(Database) private readonly database: Pick<Database, 'isReachable'>) {}

  async kindOf(error: unknown): Promise<FailureKind> {
    const type = typeOf(error);
    if (type !== 'connection') return type;
    return (await this.database.isReachable()) ? 'own' : 'surroundings';
  }
}

export interface Failure {
  /** Stable, in capitals: operators filter by it. */
  readonly code: string;
  readonly message: string;
  readonly stack: string | null;
}

const SQLSTATE = /^[0-9A-Z]{5}$/;
const CODE_LENGTH = 100;
const MESSAGE_LENGTH = 1_000;
const STACK_LENGTH = 4_000;

/** A failure as it is kept, in rows and headers: without secrets, cut, and without what Postgres cannot store as text. */
export function describeFailure(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(textOf(error));
  return {
    code: cutText(storableText(codeOf(error)), CODE_LENGTH),
    message: storableText(redactText(String(message), MESSAGE_LENGTH)),
    stack: stack ? storableText(redactText(String(stack), STACK_LENGTH)) : null,
  };
}

function codeOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  if (typeof code === 'string') return SQLSTATE.test(code) ? `SQLSTATE_${code}` : code;
  return typeof name === 'string' ? name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase() : 'ERROR';
}

function textOf(thrown: unknown): string {
  return typeof thrown === 'object' ? JSON.stringify(redactValue(thrown)) : String(thrown);
}
