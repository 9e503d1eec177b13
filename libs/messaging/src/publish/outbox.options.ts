import type { BackoffOptions } from '@orderflow/concurrency';

export interface OutboxOptions {
  /** `ce_source` of every event: a URI-reference that names the service. */
  readonly source: string;
  /** How long the consumed topics keep a message. Inbox rows are kept longer. */
  readonly topicRetentionMs: number;
  /** The most unpublished messages; beyond that `add` rejects with {@link OutboxFull}. */
  readonly maxWaiting: number;
  /** The relay's polling interval; a second by default. */
  readonly pollingIntervalMs?: number;
  /** The backoff for rejected events; by default 20 to 40 s at first, growing to 10 minutes. */
  readonly rejectedRetry?: BackoffOptions;
}

/** The outbox is full: it accepts no events until the broker takes some. */
export class OutboxFull extends Error {
  override readonly name = 'OutboxFull';
}

export const OUTBOX_OPTIONS = Symbol('OutboxOptions');
