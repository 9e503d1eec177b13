import type { PaceOptions } from '@orderflow/concurrency';
import type { TopicSettings } from '../kafka/topics.js';

export interface BatchServerOptions {
  /** Settings of the topics to create if they are missing: consumed, published and dead-letter topics. */
  readonly topicSettings: TopicSettings;
  /** The pauses between batches under load, which make them fewer and larger; from 5 to 40 ms by default. */
  readonly pace?: PaceOptions;
  /** How long a consumer in its group may be inactive before it counts as stuck; a minute by default. */
  readonly silenceMs?: number;
}

export const BATCH_SERVER_OPTIONS = Symbol('BatchServerOptions');
