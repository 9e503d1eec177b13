import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const violation = violationsOf('notifications');

/** `INVENTORY_RELEASED` and `INVENTORY_LOW` concern no customer. */
const TOLD = new Set([
  'ORDER_CREATED',
  'ORDER_CANCELLED',
  'ORDER_PARTIALLY_FULFILLED',
  'ORDER_FULFILLED',
  'INVENTORY_RESERVED',
  'INVENTORY_INSUFFICIENT',
]);

/** Each event that concerns a customer has one notification per channel of the contact, which is sent to that customer. */
export function checkNotifications({ orders, events, notifications, contacts }: Evidence) {
  return [...orders.values()].flatMap(({ orderId, customerId }) => {
    const happened = new Map(
      (events.get(orderId) ?? []).filter(({ type }) => TOLD.has(type)).map(({ id, type }) => [id, type]),
    );
    const channels = contacts.get(customerId) ?? ['log'];
    const expected = [...happened.values()].flatMap((type) => channels.map((channel) => `${type} ${channel}`)).sort();
    const rows = notifications.get(orderId) ?? [];
    const told = rows.map(({ type, channel }) => `${type} ${channel}`).sort();
    const story = `events ${expected.join(', ')}; notifications ${told.join(', ')}`;
    const missing = expected.filter((type) => !told.includes(type));
    const rules = {
      'notification missing': missing.length === 0,
      'duplicate notification': missing.length > 0 || told.length <= expected.length,
      'notification to the wrong customer': rows.every((row) => row.customerId === customerId),
      'notification not sent': rows.every(({ status }) => status === 'SENT'),
    };
    return Object.entries(rules).flatMap(([what, holds]) => (holds ? [] : [violation(what, { orderId, story })]));
  });
}
