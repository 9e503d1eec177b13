import { violationsOf } from './violation.mjs';

const violation = violationsOf('agreement');

/** What the inventory may hold of an order, and have told of it, by the order's status. */
const AGREED = {
  PENDING: [],
  CONFIRMED: ['HELD: INVENTORY_RESERVED'],
  REJECTED: ['REJECTED: INVENTORY_INSUFFICIENT'],
  FULFILLED: ['DEDUCTED: INVENTORY_RESERVED'],
  CANCELLED: [
    'RELEASED: INVENTORY_RELEASED INVENTORY_RESERVED',
    'RELEASED: INVENTORY_RELEASED',
    'REJECTED: INVENTORY_INSUFFICIENT',
  ],
};

/**
 * Order service, inventory and Kafka say the same of each order, and none speaks of one that does not exist.
 * @param {import('../observer/evidence.mjs').Evidence} evidence
 */
export function checkAgreement({ orders, reservations, events, notifications }) {
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

/**
 * @param {import('../observer/evidence.mjs').Order} order
 * @param {Pick<import('../observer/evidence.mjs').Evidence, 'reservations' | 'events'>} evidence
 */
function checkOrder({ orderId, status, items, history }, { reservations, events }) {
  const reservation = reservations.get(orderId);
  const told = new Set(
    (events.get(orderId) ?? []).filter(({ topic }) => topic === 'inventory-events').map(({ type }) => type),
  );
  const said = `${reservation?.status ?? 'none'}: ${[...told].sort().join(' ')}`;
  const isAgreed = AGREED[status]?.includes(said) && isFollowed(history, told);
  const isSame = !reservation || JSON.stringify(reservation.items) === JSON.stringify(items);
  return [
    ...(isAgreed ? [] : [violation('the services disagree', { orderId, story: `order ${status}, inventory ${said}` })]),
    ...(isSame
      ? []
      : [violation('other items held than ordered', { orderId, story: JSON.stringify(reservation?.items) })]),
  ];
}

/**
 * @param {{ status: string }[]} history
 * @param {Set<string>} told
 */
function isFollowed(history, told) {
  const has = (/** @type {string} */ status) => history.some((change) => change.status === status);
  return !has('CONFIRMED') || told.has('INVENTORY_RESERVED');
}

/**
 * @param {string[]} orderIds
 * @param {Map<string, unknown>} orders
 * @param {string} what
 */
function unknown(orderIds, orders, what) {
  return orderIds
    .filter((orderId) => !orders.has(orderId))
    .map((orderId) => violation(what, { orderId, story: orderId }));
}
