import { present } from '../../load/present.ts';
import type { Evidence } from '../evidence.ts';
import { BROKEN_ACCESS } from './broken-access.fixture.ts';
import { BROKEN_DEAD_LETTERS } from './broken-dead-letters.fixture.ts';
import { BROKEN_DELIVERIES } from './broken-deliveries.fixture.ts';
import {
  booked,
  type BrokenRun,
  deleteUnread,
  event,
  events,
  first,
  notifications,
  order,
  struck,
} from './parts-of-evidence.fixture.ts';

const itemLost = (evidence: Evidence) => (first(evidence.stock).onHand = 96);

/** Every check has a case here. */
export const BROKEN_RUNS: BrokenRun[] = [
  ['an order is gone', 'accepted', 'order lost after its 201', ({ orders }) => orders.delete('kept')],
  ['an order has other lines', 'accepted', 'order altered', (e) => (order(e).items = [{ itemId: 'CUP', quantity: 3 }])],
  [
    'an order is not cancelled though a 200 said so',
    'accepted',
    'cancelled for its client, and not in the end',
    (e) => booked(e).granted.add('cancel'),
  ],
  [
    'an order is not fulfilled though a 200 said so',
    'accepted',
    'fulfilled for its client, and not in the end',
    (e) => booked(e).granted.add('fulfil'),
  ],
  [
    'an order is cancelled unasked',
    'accepted',
    'cancelled though nobody asked',
    (e) => booked(e, 'cancelled').asked.clear(),
  ],
  [
    'an order is fulfilled unasked',
    'accepted',
    'fulfilled though nobody asked',
    (e) => booked(e, 'fulfilled').asked.clear(),
  ],
  [
    'no part is shipped though a 200 said so',
    'accepted',
    'shipped for its client, and not in the end',
    (e) => booked(e).granted.add('ship'),
  ],
  [
    'a part is shipped unasked',
    'accepted',
    'shipped though nobody asked',
    (e) => booked(e, 'parted').asked.delete('ship'),
  ],
  [
    'a part is shipped twice',
    'fulfilled',
    'pieces left twice',
    ({ movements }) => movements.push({ orderId: 'parted', itemId: 'CUP', delta: -1 }),
  ],
  ['a part has no event', 'effects-once', 'event never published', (e) => events(e, 'parted').splice(1, 1)],
  ['an order is of no request', 'accepted', 'order that no request accounts for', (e) => (order(e).totalAmount = 77)],
  ['a response is unexpected', 'accepted', 'unexpected response', ({ book }) => book.absurd.push({ story: '418' })],
  [
    'a key has two orders',
    'one-order-per-key',
    'one key, several orders',
    (e) => (order(e, 'rejected').totalAmount = 1),
  ],
  [
    'two responses name two orders',
    'one-order-per-key',
    'one key, several responses',
    (e) => booked(e).otherIds.push('other'),
  ],
  ['an order stays undecided', 'decided', 'order undecided', (e) => order(e).history.splice(1)],
  [
    'an order is decided twice',
    'decided',
    'order not decided exactly once',
    (e) => order(e).history.push({ status: 'CONFIRMED', at: '' }),
  ],
  [
    'an order waits for the lock of another item',
    'decided-meanwhile',
    'undecided while another item was locked',
    (e) => {
      e.faults.push({ ...struck('outside-lock', { itemId: 'LOCKED' }), from: e.span.from, to: e.span.to });
      order(e).history.splice(1);
    },
  ],
  [
    'inventory has released what is confirmed',
    'agreement',
    'the services disagree',
    ({ reservations }) => (present(reservations.get('kept'), 'it').status = 'RELEASED'),
  ],
  [
    'inventory holds other items',
    'agreement',
    'other items held than ordered',
    ({ reservations }) => (present(reservations.get('kept'), 'it').items = []),
  ],
  [
    'a reservation is of no order',
    'agreement',
    'reservation of an order that does not exist',
    ({ reservations }) => reservations.set('x', { orderId: 'x', status: 'HELD', items: [] }),
  ],
  [
    'a notification is of no order',
    'agreement',
    'notification of an order that does not exist',
    ({ notifications: all }) => all.set('x', []),
  ],
  [
    'an event is of no order',
    'agreement',
    'event of an order that does not exist',
    ({ events: all }) => all.set('x', []),
  ],
  [
    'more is reserved than is on hand',
    'available',
    'less than nothing available',
    (e) => (first(e.stock).reserved = 99),
  ],
  ['stock is not what moved', 'ledger', 'on hand is not the sum of movements', itemLost],
  ['reserved is not what orders hold', 'ledger', 'reserved is not what orders hold', (e) => (first(e.stock).held = 1)],
  ['stock has vanished', 'fulfilled', 'on hand has not fallen by what was fulfilled', itemLost],
  [
    'pieces left twice',
    'fulfilled',
    'pieces left twice',
    ({ movements }) => movements.push({ orderId: 'fulfilled', itemId: 'CUP', delta: -2 }),
  ],
  [
    'other pieces left',
    'fulfilled',
    'pieces left that nobody ordered',
    ({ movements }) => movements.push({ orderId: 'kept', itemId: 'CUP', delta: -1 }),
  ],
  ['a notification is missing', 'notifications', 'notification missing', (e) => notifications(e).pop()],
  [
    'a notification came twice',
    'notifications',
    'duplicate notification',
    (e) => notifications(e).push(first(notifications(e))),
  ],
  [
    'a notification went to another customer',
    'notifications',
    'notification to the wrong customer',
    (e) => (first(notifications(e)).customerId = 'CUST-2'),
  ],
  [
    'a notification is not sent',
    'notifications',
    'notification not sent',
    (e) => (first(notifications(e)).status = 'FAILED'),
  ],
  ...BROKEN_ACCESS,
  ...BROKEN_DELIVERIES,
  [
    'an event overtook another',
    'event-order',
    'events out of order',
    (e) => (event(e, 'ORDER_CREATED', 'cancelled').offset += 5),
  ],
  [
    'a key is in two partitions',
    'event-order',
    'one key in several partitions',
    (e) => (event(e, 'ORDER_CANCELLED', 'cancelled').partition = 1),
  ],
  [
    'an effect came twice',
    'effects-once',
    'happened twice',
    (e) => events(e).push({ ...event(e, 'ORDER_CREATED'), id: 'other' }),
  ],
  ['an event was never published', 'effects-once', 'event never published', (e) => events(e).shift()],
  [
    'events are published twice while nothing fails',
    'published-once',
    'published twice though nothing failed',
    (e) => {
      for (let n = 0; n < 1_000; n += 1) events(e).push(event(e, 'ORDER_CREATED'));
    },
  ],
  ...BROKEN_DEAD_LETTERS,
  [
    'an outbox is not empty',
    'outboxes',
    'events left in the outbox',
    ({ waiting }) => (first(waiting.outboxes).rows = 1),
  ],
  [
    'a group is behind',
    'lag',
    'a group has not read to the end',
    ({ waiting }) => waiting.lag.push({ group: 'g', topic: 't', partition: 0, behind: 1 }),
  ],
  [
    'deleted records go unnoticed',
    'records-lost',
    'no replica is degraded',
    (e) => deleteUnread(e, { from: 7, to: 8 }, { isDegraded: false }),
  ],
  [
    'an event has the time of another clock',
    'timestamps',
    'published with the time of another clock',
    (e) => (event(e, 'ORDER_CREATED').at += 7_200_000),
  ],
  [
    'an unfinished request is kept',
    'slow-clients',
    'an unfinished request is kept',
    ({ faults }) => faults.push(struck('slow-clients', { victims: ['r'], unfinished: 1 })),
  ],
  [
    'a warning is logged',
    'logs',
    'a line that no log may hold',
    ({ suspicious }) => suspicious.push({ process: 'p', line: 'Warning: x' }),
  ],
  ['a process has exited', 'processes', 'did not behave as a process', ({ incidents }) => incidents.push('p exited')],
];
