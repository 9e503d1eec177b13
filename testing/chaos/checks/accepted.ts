import { violationsOf } from './violation.ts';
import type { Booked, Evidence, Order } from '../evidence.ts';
import type { BookedOrder } from '../clients/book.ts';

const violation = violationsOf('accepted');

/** Each order with a 201 exists as it was sent, each accepted change stays, and no order exists that no client sent. */
export function checkAccepted({ book, orders }: Evidence) {
  return [
    ...book.orders.flatMap((booked) => checkBooked(booked, orders)),
    ...[...orders.values()].flatMap((order) => checkOrigin(order, book)),
    ...book.absurd.map((about) => violation('unexpected response', about)),
  ];
}

function checkBooked({ plan, orderId, requests, granted, asked }: BookedOrder, orders: Evidence['orders']) {
  if (orderId === undefined) return [];
  const story = `no. ${plan.number}: ${requests.join('; ')}`;
  const order = orders.get(orderId);
  if (!order) return [violation('order lost after its 201', { orderId, story })];
  const rules = {
    'order altered': order.customerId === plan.body.customerId && linesOf(order) === linesOf(plan.body),
    'cancelled for its client, and not in the end': !granted.has('cancel') || isCancelled(order),
    'shipped for its client, and not in the end': !granted.has('ship') || has(order, 'PARTIALLY_FULFILLED'),
    'fulfilled for its client, and not in the end': !granted.has('fulfil') || order.status === 'FULFILLED',
    'cancelled though nobody asked': !isCancelled(order) || asked.has('cancel') || isExpired(order),
    'shipped though nobody asked': !has(order, 'PARTIALLY_FULFILLED') || asked.has('ship'),
    'fulfilled though nobody asked': order.status !== 'FULFILLED' || isCancelled(order) || asked.has('fulfil'),
  };
  return Object.entries(rules).flatMap(([what, holds]) =>
    holds ? [] : [violation(what, { orderId, story: `${order.status}: ${story}` })],
  );
}

function checkOrigin({ orderId, totalAmount }: Order, book: Booked) {
  const booked = book.orders[totalAmount - 1];
  if (booked?.mayExist) return [];
  return [violation('order that no request accounts for', { orderId, story: `total amount ${totalAmount}` })];
}

const has = ({ history }: Order, status: string) => history.some((change) => change.status === status);

/** The order, or what was left of it after a part had been shipped. */
const isCancelled = ({ status, history }: Order) =>
  status === 'CANCELLED' || history.some(({ cancelled }) => cancelled);

const isExpired = ({ history }: Order) => history.at(-1)?.reason === 'EXPIRED';

const linesOf = ({ items }: { items: { itemId: string; quantity: number }[] }) =>
  items.map(({ itemId, quantity }) => `${quantity} × ${itemId}`).join(', ');
