/** What the harness knows of the services from outside: names that change together with theirs. */

/** The table of each service's parked messages. */
export const PARKED_TABLE = 'parked_messages';

/** The table of the sequences of parked messages; the head of a sequence is retried at its `next_attempt_at`. */
export const SEQUENCES_TABLE = 'parked_sequences';

/** Where each service keeps the next offset of each partition, written in the transaction of what it has handled. */
export const POSITIONS_TABLE = 'consumer_positions';

/** Where a service lists the events that the broker rejected; `/<position>/retry` tries one again. */
export const REJECTED_EVENTS = '/outbox/rejected';

/** Counts messages that were deleted before a consumer read them. */
export const LOST_MESSAGES_METRIC = 'kafka_consumer_lost_messages_total';

/** Where a service publishes its events of a time again. */
export const REPUBLISH = { 'order-service': '/orders/republish', 'inventory-service': '/reservations/republish' };
