import type { TopicSettings } from '../kafka/topics.js';

export interface BatchServerOptions {
  /** Of the topics to create where they are missing: consumed, published and dead-letter topics. */
  readonly topicSettings: TopicSettings;
  /** How long a consumer in its group may do nothing before it counts as stuck; a minute unless given. */
  readonly silenceMs?: number;
}

export const BATCH_SERVER_OPTIONS = Symbol('BatchServerOptions');
