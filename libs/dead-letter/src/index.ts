export { DEAD_LETTER_MIGRATIONS, DeadLetterModule, type DeadLetterOptions } from './dead-letter.module.js';
export { deadLetterTopics } from './dead-letter.topic.js';
export { Retrier } from './retrier.js';
export type { RetrySchedule } from './retry-schedule.js';
export { SetAside } from './set-aside.js';
