import type { BackoffOptions } from '@orderflow/concurrency';

export interface OutboxOptions {
  /** `ce_source` of every event: a URI-reference that names the service. */
  readonly source: string;
  /** How long the topics that are consumed keep a message: the inbox remembers its events longer. */
  readonly topicRetentionMs: number;
  /** Messages that may wait for the broker; beyond it `add` rejects with {@link OutboxFull}. */
  readonly maxWaiting: number;
  /** How often the relay looks though nothing wakes it; every second unless given. */
  readonly pollingIntervalMs?: number;
  /** When what the broker rejects is tried again; after 20 to 40 s, then ever more slowly up to 10 minutes, unless given. */
  readonly rejectedRetry?: BackoffOptions;
}

/** Too much waits for the broker: nothing more is taken until it is back. */
export class OutboxFull extends Error {
  override readonly name = 'OutboxFull';
}

export const OUTBOX_OPTIONS = Symbol('OutboxOptions');
