import { Inject, Injectable } from '@nestjs/common';
import { PermanentError, TypeNotHandled, PositionLost } from '../envelope/message-errors.js';
import { cutText, redactText, redactValue } from '@orderflow/observability';
import { OutboxFull } from '../publish/outbox.options.js';
import {
  Database,
  DatabaseNotReady,
  isContention,
  isDatabaseUnavailable,
  NoConnection,
  storableText,
} from '@orderflow/postgres';
import { ConsumerStopped } from './kill-switch/kill-switch.js';

/**
 * What a failure means:
 * - `unavailable`: a dependency failed, not the message: the database is unreachable, the outbox is full because Kafka has
 *   been unavailable for long, or the kill switch is tripped. The consumer waits without limit.
 * - `bad-input`: the message can never be handled. It becomes a dead letter at once.
 * - `contention`: other transactions lock its rows, or the server took too long. Retried without limit, never a dead letter.
 * - `type-not-handled`: this version handles no such type; another version of the service parked the message.
 * - `bug`: the handler failed. Retried a bounded number of times.
 */
export type FailureKind = 'unavailable' | 'bad-input' | 'contention' | 'type-not-handled' | 'bug';

/** The kind by an error's type; `connection`: either the database is unavailable, or the handler broke its own connection. */
export function kindOf(error: unknown): FailureKind | 'connection' {
  if (
    error instanceof DatabaseNotReady ||
    error instanceof NoConnection ||
    error instanceof OutboxFull ||
    error instanceof ConsumerStopped ||
    error instanceof PositionLost
  )
    return 'unavailable';
  if (isDatabaseUnavailable(error)) return 'connection';
  if (isContention(error)) return 'contention';
  if (error instanceof TypeNotHandled) return 'type-not-handled';
  return error instanceof PermanentError ? 'bad-input' : 'bug';
}

/** Classifies an error by its type. If that is ambiguous, it probes whether the database is reachable. */
@Injectable()
export class FailurePolicy {
  constructor(@Inject(Database) private readonly database: Pick<Database, 'isReachable'>) {}

  async kindOf(error: unknown): Promise<FailureKind> {
    const kind = kindOf(error);
    if (kind !== 'connection') return kind;
    return (await this.database.isReachable()) ? 'bug' : 'unavailable';
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

/** A failure as stored in rows and headers: redacted, truncated, and without characters that Postgres cannot store. */
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
