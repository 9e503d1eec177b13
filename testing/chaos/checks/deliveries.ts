import { groupBy } from '../../load/evidence.ts';
import { violationsOf } from './violation.ts';
import type { Evidence, Notification } from '../evidence.ts';
import type { Receipt } from '../../receivers/receiver.ts';

const violation = violationsOf('deliveries');

/** A receiver that fails has not taken the message, so it is no reason to get one twice. */
const NO_REASON = new Set(['calm', 'mail-fails', 'webhooks-fail']);
/** A fault may strike right after the receiver has said that it has the message. */
const TOLERANCE_MS = 2_000;
/** In the order in which they happen to an order. */
const OF_ORDERS = ['ORDER_CREATED', 'ORDER_PARTIALLY_FULFILLED', 'ORDER_CANCELLED', 'ORDER_FULFILLED'];

/** What receivers have taken, by notification id. */
type Taken = Map<string, Receipt[]>;

/**
 * Each notification through e-mail or webhook has reached its receiver, with a valid signature; twice only if a fault struck
 * between the two; and those of an order in the order of its events in one topic, unless the topic got more partitions.
 */
export function checkDeliveries({ notifications, receipts, forged, faults, repartitioned }: Evidence) {
  const taken: Taken = groupBy(
    receipts.filter(({ isTaken }) => isTaken),
    ({ notificationId }) => notificationId,
  );
  const sent = [...notifications.values()].flat().filter(({ channel }) => channel !== 'log');
  const ofOrders = groupBy(sent, ({ orderId, channel }) => `${orderId} ${channel}`);
  return [
    ...forged.map((story) => violation('a webhook without a valid signature', { story })),
    ...unknown(sent, taken, faults),
    ...sent.flatMap((one) => arrived(one, taken, faults)),
    ...(repartitioned.has('order-events') ? [] : [...ofOrders.values()].flatMap((some) => inOrder(some, taken))),
  ];
}

/** A database that is restored does not know what it sent after its copy; the events are handled again, with new ids. */
function unknown(sent: Notification[], taken: Taken, faults: Evidence['faults']) {
  const restored = faults.filter(({ fault }) => fault === 'restore-database');
  const known = new Set(sent.map(({ notificationId }) => notificationId));
  return [...taken.values()]
    .flat()
    .flatMap(({ notificationId, at }) =>
      known.has(notificationId) || restored.some(({ from, to }) => from - TOLERANCE_MS <= at && at <= to)
        ? []
        : [violation('a message that is no notification', { story: notificationId })],
    );
}

function arrived({ notificationId, orderId, channel, type }: Notification, taken: Taken, faults: Evidence['faults']) {
  const receipts = taken.get(notificationId) ?? [];
  const times = receipts.map(({ at }) => at);
  const story = `${type} by ${channel}: ${times.map((at) => new Date(at).toISOString()).join(', ')}`;
  if (times.length === 0) return [violation('notification never received', { orderId, story })];
  const isExcused = (from: number, to: number) =>
    faults.some((one) => !NO_REASON.has(one.fault) && one.from <= to && one.to >= from - TOLERANCE_MS);
  const again = times.slice(1).some((at, n) => !isExcused(times[n] as number, at));
  return again ? [violation('notification received twice without a reason', { orderId, story })] : [];
}

function inOrder(some: Notification[], taken: Taken) {
  const received = some.flatMap(({ type, notificationId }) => {
    const [first] = taken.get(notificationId) ?? [];
    return first && OF_ORDERS.includes(type) ? [{ type, at: first.at }] : [];
  });
  const types = received.sort((a, b) => a.at - b.at).map(({ type }) => type);
  const ranks = types.map((type) => OF_ORDERS.indexOf(type));
  if (ranks.every((rank, n) => n === 0 || rank >= (ranks[n - 1] as number))) return [];
  return [violation('notifications out of order', { orderId: some[0]?.orderId, story: types.join(', ') })];
}
