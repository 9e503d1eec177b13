import { patch, type Sabotage } from './sabotage.ts';

const OUTBOX = 'libs/messaging/dist/publish/outbox.js';
const TABLE = 'libs/messaging/dist/publish/table/outbox.table.js';
const PUBLISHER = 'libs/messaging/dist/publish/outbox.publisher.js';
const TRANSACTION = 'libs/postgres/dist/transactions/transaction.js';
const RELAY = 'libs/messaging/dist/publish/outbox.relay.js';
const PUBLISH = 'publish(rows) {\n';
/** Otherwise next to nothing is left for the relay while nothing fails. */
const ONLY_RELAY = patch(PUBLISHER, PUBLISH, 'publish(rows) {\n        return;\n');

/** mistakes in how events are told */
export const ofPublishing: Sabotage[] = [
  {
    name: 'publish-before-commit',
    about: 'an event is published before the state change that it reports is committed',
    named: 'agreement',
    faults: ['cut-postgres', 'kill-postgres'],
    patches: [
      patch(OUTBOX, '(rows) => tx.onCommit(() => this.publish(rows))', '(rows) => this.publish(rows)'),
      // Else COMMIT is on its way when the rows are there.
      patch(
        TRANSACTION,
        'async commit() {',
        'async commit() {\n        await new Promise((resolve) => setTimeout(resolve, 50));',
      ),
    ],
  },
  {
    name: 'relay-by-last-id',
    about: 'only the relay publishes, and it reads "id > last seen"',
    named: 'outboxes',
    faults: ['slow-postgres'],
    patches: [
      ONLY_RELAY,
      patch(RELAY, 'let after = BEGINNING;', 'let after = this.lastSeen ?? BEGINNING;'),
      patch(
        RELAY,
        'after = part.last;',
        'this.lastSeen = part.stale.at(-1)?.position ?? this.lastSeen;\n            after = part.last;',
      ),
    ],
  },
  {
    name: 'relay-without-lease',
    about: 'only the relay publishes, and every replica relays',
    named: 'published-once',
    faults: [],
    patches: [ONLY_RELAY, patch(RELAY, 'return held.length === 1;', 'return true;')],
  },
  {
    name: 'relay-newest-first',
    about: 'only the relay publishes, newest rows first',
    named: 'event-order',
    faults: [],
    patches: [ONLY_RELAY, patch(TABLE, 'FROM judged ORDER BY position`', 'FROM judged ORDER BY position DESC`')],
  },
  {
    name: 'published-twice',
    about: 'one event in a hundred is published as two',
    named: 'effects-once',
    faults: [],
    patches: [
      patch(
        OUTBOX,
        'const messages = events.map(',
        'const messages = events.flatMap((one) => (Math.random() < 0.01 ? [one, { ...one, id: undefined }] : [one])).map(',
      ),
    ],
  },
];
