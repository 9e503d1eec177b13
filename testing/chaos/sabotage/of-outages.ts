import { patch, type Sabotage } from './sabotage.ts';

const CODECS = 'libs/messaging/dist/kafka/kafkajs/kafkajs-codecs.js';
const DISPATCHER = 'libs/messaging/dist/consume/dispatch/event-dispatcher.js';
const POSITIONS = 'libs/messaging/dist/consume/positions/partition-positions.js';
const READ = 'libs/messaging/dist/consume/read-batch.js';
const PRODUCER = 'libs/messaging/dist/kafka/producer.js';
const TABLE = 'libs/messaging/dist/publish/table/outbox.table.js';
const LIMITS = 'libs/http/dist/protocol/connection-limits.js';
const WATCH = 'libs/messaging/dist/consume/group/consumer-watch.js';

export const IGNORE_POSITIONS = patch(
  POSITIONS,
  'return BigInt(ahead) > BigInt(offset) ? [{',
  'return BigInt(ahead) < 0n ? [{',
);

/** mistakes that only rare outages bring to light */
export const ofOutages: Sabotage[] = [
  {
    name: 'gzip-alone',
    about: 'only gzip batches can be decoded',
    named: 'dead-letters',
    faults: ['foreign-codecs'],
    patches: [patch(CODECS, 'codecs[Number(type)] = () => codec;', 'if (type === "1") codecs[1] = () => codec;')],
  },
  {
    name: 'own-clock',
    about: 'events carry the time of the publishing replica instead of the time of the database',
    named: 'timestamps',
    faults: ['clock-skew'],
    patches: [patch(PRODUCER, 'timestampMs === undefined ? {}', 'timestampMs !== null ? {}')],
  },
  {
    name: 'rejected-for-good',
    about: 'an event that the broker rejects is never tried again',
    named: 'outboxes',
    faults: ['lower-limit'],
    patches: [
      patch(
        TABLE,
        'relay_after <= now()\n                AND NOT EXISTS',
        'relay_after <= now() AND part.rejection IS NULL\n                AND NOT EXISTS',
      ),
    ],
  },
  {
    name: 'loss-unnoticed',
    about: 'the service does not check for records that were deleted unread',
    named: 'records-lost',
    faults: ['delete-records'],
    minutes: 0.1,
    patches: [patch(WATCH, 'if (expected && BigInt(low) > expected.offset)', 'if (false)')],
  },
  {
    name: 'positions-ignored',
    about: 'a consumer starts at the committed offset, whatever position the database has stored',
    named: 'notifications',
    faults: ['restore-database'],
    minutes: 1.4,
    patches: [IGNORE_POSITIONS],
  },
  {
    name: 'unknown-type-claimed',
    about: 'the inbox claims events of types that the service does not handle',
    named: 'notifications',
    faults: ['two-versions'],
    patches: [
      patch(READ, '?? { message, failure: undefined }', '?? { message, event: {} }'),
      patch(
        DISPATCHER,
        '=> message.topic === topic);',
        '=> message.topic === topic).filter(({ event }) => event.data);',
      ),
    ],
  },
  {
    name: 'unknown-type-removed',
    about: 'a retry of a type that the service does not handle counts as a success',
    named: 'notifications',
    faults: ['two-versions'],
    patches: [patch(DISPATCHER, '?? rejectType(message)', '?? []')],
  },
  {
    name: 'slow-request-kept',
    about: 'a request may take any time to arrive',
    named: 'slow-clients',
    faults: ['slow-clients'],
    minutes: 0.1,
    patches: [patch(LIMITS, 'requestTimeoutMs: 30_000,', 'requestTimeoutMs: 3_000_000,')],
  },
];
