import { violationsOf } from './violation.ts';
import type { Evidence, Order, StatusChange } from '../evidence.ts';

const violation = violationsOf('agreement');

/** The reservation and the reply events that inventory may have for an order, by the order's status. */
const AGREED: Record<string, string[]> = {
  PENDING: [],
  CONFIRMED: ['HELD: INVENTORY_RESERVED'],
  REJECTED: ['REJECTED: INVENTORY_INSUFFICIENT'],
  PARTIALLY_FULFILLED: ['HELD: INVENTORY_RESERVED'],
  FULFILLED: ['DEDUCTED: INVENTORY_RESERVED', 'DEDUCTED: INVENTORY_RELEASED INVENTORY_RESERVED'],
  CANCELLED: [
    'RELEASED: INVENTORY_RELEASED INVENTORY_RESERVED',
    'RELEASED: INVENTORY_RELEASED',
    'REJECTED: INVENTORY_INSUFFICIENT',
  ],
};

/** The order service, inventory and Kafka agree on each order, and none has an order that does not exist. */
export function checkAgreement({ orders, reservations, events, notifications }: Evidence) {
  return [
    ...[...orders.values()].flatMap((order) => checkOrder(order, { reservations, events })),
    ...unknown([...reservations.keys()], orders, 'reservation of an order that does not exist'),
    ...unknown([...notifications.keys()], orders, 'notification of an order that does not exist'),
    ...unknown(
      [...events.keys()].filter((key) => !key.startsWith('item:')),
      orders,
      'event of an order that does not exist',
    ),
  ];
}

function checkOrder(
  { orderId, status, items, history }: Order,
  { reservations, events }: Pick<Evidence, 'reservations' | 'events'>,
) {
  const reservation = reservations.get(orderId);
  const published = new Set(
    (events.get(orderId) ?? []).filter(({ topic }) => topic === 'inventory-events').map(({ type }) => type),
  );
  const inventory = `${reservation?.status ?? 'none'}: ${[...published].sort().join(' ')}`;
  const isAgreed = AGREED[status]?.includes(inventory) && isFollowed(history, published);
  const isSame = !reservation || JSON.stringify(reservation.items) === JSON.stringify(items);
  return [
    ...(isAgreed
      ? []
      : [violation('the services disagree', { orderId, story: `order ${status}, inventory ${inventory}` })]),
    ...(isSame
      ? []
      : [violation('other items held than ordered', { orderId, story: JSON.stringify(reservation?.items) })]),
  ];
}

function isFollowed(history: StatusChange[], published: Set<string>) {
  const has = (status: string) => history.some((change) => change.status === status);
  const isRestCancelled = history.some(({ cancelled }) => cancelled);
  return (
    (!has('CONFIRMED') || published.has('INVENTORY_RESERVED')) &&
    (!has('FULFILLED') || published.has('INVENTORY_RELEASED') === isRestCancelled)
  );
}

function unknown(orderIds: string[], orders: Map<string, unknown>, what: string) {
  return orderIds
    .filter((orderId) => !orders.has(orderId))
    .map((orderId) => violation(what, { orderId, story: orderId }));
}
