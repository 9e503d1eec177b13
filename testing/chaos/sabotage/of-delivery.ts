import { IGNORE_POSITIONS } from './of-outages.ts';
import { patch, type Sabotage } from './sabotage.ts';

const INBOX = 'libs/messaging/dist/consume/inbox/inbox.js';
const BATCH_SERVER = 'libs/messaging/dist/consume/batch-server.js';
const RECOVERY = 'libs/messaging/dist/consume/batch-recovery.js';
const PARKED = 'libs/messaging/dist/parking/messages/parked-messages.repository.js';
const CLOUD_EVENT = 'libs/messaging/dist/envelope/cloud-event.js';
const DATABASE = 'libs/postgres/dist/database/database.js';
const CREATE_NOTIFICATIONS = 'apps/notification-service/dist/notifications/create-notifications.js';

/** mistakes in how events are consumed */
export const ofDelivery: Sabotage[] = [
  {
    name: 'offsets-before-transaction',
    about: 'offsets are committed before the transaction',
    named: 'decided',
    faults: ['kill-postgres', 'kill-inventory-service'],
    patches: [
      patch(
        BATCH_SERVER,
        'const failures = await whileBeating(heartbeat, () => this.queue.submit(chunk));',
        `await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(chunk.at(-1).offset) + 1n) }]);
         resolveOffset(chunk.at(-1).offset);
         const failures = await whileBeating(heartbeat, () => this.queue.submit(chunk));`,
      ),
      // Else the database's own positions make up for it.
      IGNORE_POSITIONS,
    ],
  },
  {
    name: 'inbox-off',
    about: 'an event that was handled before is handled again',
    named: 'notifications',
    faults: ['duplicate', 'rewind'],
    patches: [
      patch(INBOX, 'return new Set(messages.filter((message) => fresh.has(message)));', 'return new Set(messages);'),
    ],
  },
  {
    name: 'partition-unread',
    about: 'one partition is assigned but not read',
    named: 'lag',
    faults: [],
    patches: [
      patch(
        BATCH_SERVER,
        'const { topic, partition, highWatermark } = batch;',
        'const { topic, partition, highWatermark } = batch;\n        if (partition === 1) return;',
      ),
    ],
  },
  {
    name: 'notification-too-many',
    about: 'one notification in fifty is written twice',
    named: 'notifications',
    faults: [],
    patches: [
      patch(
        CREATE_NOTIFICATIONS,
        'of requests) {',
        'of requests.flatMap((one) => (Math.random() < 0.02 ? [one, one] : [one]))) {',
      ),
    ],
  },
  {
    name: 'delivery-forgotten',
    about: 'one message in a hundred counts as sent, and is not',
    named: 'deliveries',
    faults: [],
    patches: [
      patch(
        'apps/notification-service/dist/deliveries/attempt-delivery.js',
        '() => channel.send(',
        "() => channel.channel !== 'log' && Math.random() < 0.01 ? Promise.resolve() : channel.send(",
      ),
    ],
  },
  {
    name: 'delivery-unrecorded',
    about: 'one message in fifty is sent, and that is not recorded',
    named: 'deliveries',
    faults: [],
    patches: [
      patch(
        'apps/notification-service/dist/deliveries/delivery-outcomes.js',
        "settlement.status !== 'PENDING'",
        "settlement.status !== 'PENDING' && Math.random() > 0.02",
      ),
    ],
  },
  {
    name: 'delivery-order-ignored',
    about: 'the messages of an order are sent at the same time',
    named: 'deliveries',
    faults: [],
    patches: [
      patch(
        'apps/notification-service/dist/deliveries/delivery-queue.js',
        "THEN 'infinity' ELSE now() END",
        'THEN now() ELSE now() END',
      ),
    ],
  },
  {
    name: 'retry-in-memory',
    about: 'a failed message is retried in memory only',
    named: 'dead-letters',
    faults: ['poison'],
    patches: [
      patch(
        RECOVERY,
        'await this.consumeBatch.parkAlone(message, error);',
        `const { consumeBatch, dispatcher } = this;
         await consumeBatch.execute([{ message }]); // as if nobody handled its type: its partition moves on
         const handle = async (tx) => consumeBatch.handle(tx, await readBatch([message], dispatcher));
         const again = () => setTimeout(() => consumeBatch.database.transaction(handle).catch(again), 1_000).unref();
         again();`,
      ),
    ],
  },
  {
    name: 'dead-letter-without-bytes',
    about: 'a dead letter stores its value as text',
    named: 'dead-letters',
    faults: ['poison'],
    patches: [
      patch(
        PARKED,
        'packBytes(entries.map(({ message }) => message.value));',
        'packBytes(entries.map(({ message }) => message.value && Buffer.from(message.value.toString())));',
      ),
    ],
  },
  {
    name: 'bad-input-kept',
    about: 'messages of any size are read, and their content is kept in memory ten times',
    named: 'processes',
    faults: ['expensive-poison'],
    patches: [
      // Else what is dear to read is refused before.
      patch(CLOUD_EVENT, 'const MAX_VALUE_BYTES = 256 * 1024;', 'const MAX_VALUE_BYTES = Number.POSITIVE_INFINITY;'),
      patch(CLOUD_EVENT, 'const MAX_VALUES = 10_000;', 'const MAX_VALUES = Number.POSITIVE_INFINITY;'),
      patch(
        CLOUD_EVENT,
        "const data = JSON.parse(json?.toString('utf8') ?? '');",
        `const data = JSON.parse(json?.toString('utf8') ?? '');
        (globalThis.kept ??= []).push(...Array.from({ length: 10 }, () => JSON.parse(json)));`,
      ),
    ],
  },
  {
    name: 'lock-awaited',
    about: 'a consumer waits without limit for a lock that another session holds',
    named: 'decided-meanwhile',
    faults: ['outside-lock'],
    minutes: 2.7,
    patches: [
      patch(DATABASE, 'query_timeout: 9_000,', 'query_timeout: 0,'),
      patch(DATABASE, 'lock_timeout: 4_000,', 'lock_timeout: 0,'),
      patch(DATABASE, 'statement_timeout: 6_000,', 'statement_timeout: 0,'),
      patch(DATABASE, 'transaction_timeout=8000', 'transaction_timeout=0'),
    ],
  },
];
