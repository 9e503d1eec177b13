import type { TopicSettings } from '../kafka/topics.js';

export interface BatchServerOptions {
  /** Settings of the topics to create if they are missing: consumed, published and dead-letter topics. */
  readonly topicSettings: TopicSettings;
  /** How long a consumer in its group may be inactive before it counts as stuck; a minute by default. */
  readonly silenceMs?: number;
}

export const BATCH_SERVER_OPTIONS = Symbol('BatchServerOptions');
