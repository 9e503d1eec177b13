import { EXPENSIVE_KINDS } from './expensive-kinds.mjs';
import { INVENTORY_RESERVED as STOCK, ORDER_CREATED as ORDER } from './poison-topics.mjs';

const unknownOrder = (/** @type {string} */ number) =>
  JSON.stringify({
    orderId: `chaos-unknown-${number}`,
    customerId: 'CHAOS',
    items: [{ itemId: 'CHAOS', quantity: 1 }],
    fulfilledAt: '2020-01-01T00:00:00.000Z',
  });

/**
 * @typedef {object} PoisonKind
 * @property {string} topic
 * @property {string | null} type
 * @property {string[]} groups that can't handle it
 * @property {(number: string) => Partial<{ key: Buffer | string | null, value: Buffer | string | null, headers: Record<string, any> }>} make what differs from an event
 */

/** @type {Record<string, PoisonKind>} */
export const POISON_KINDS = {
  'no-type': { ...ORDER, type: null, make: () => ({}) },
  'no-value': { ...ORDER, make: () => ({ value: null }) },
  'no-json': { ...ORDER, make: () => ({ value: Buffer.from([0x7b, 0xff, 0x00]) }) },
  'no-fields': { ...STOCK, make: () => ({ value: '{}' }) },
  'wrong-types': { ...ORDER, make: () => ({ value: '{"orderId":7,"items":"x","totalAmount":"1"}' }) },
  'too-deep': { ...STOCK, make: () => ({ value: '['.repeat(5_000) }) },
  large: { ...ORDER, make: () => ({ value: JSON.stringify({ orderId: 'x'.repeat(100_000) }) }) },
  'binary-key': {
    ...STOCK,
    make: (number) => ({ key: Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from(number)]), value: '' }),
  },
  'no-key': { ...ORDER, make: () => ({ key: null, value: '[]' }) },
  'binary-headers': {
    ...ORDER,
    make: () => ({ value: '1', headers: { binary: Buffer.from([0x00, 0xff]), twice: ['1', '2'] } }),
  },
  // Well-formed, so tried again until its attempts are used up; the other group handles it.
  'unknown-order-reserved': {
    ...STOCK,
    groups: ['order-service'],
    make: (number) => ({ value: unknownOrder(number) }),
  },
  'unknown-order-fulfilled': {
    ...ORDER,
    type: 'ORDER_FULFILLED',
    groups: ['inventory-service'],
    make: (number) => ({ value: unknownOrder(number) }),
  },
  'unknown-type': { ...ORDER, type: 'ORDER_FORGOTTEN', groups: [], make: () => ({ value: '{}' }) },
};

const ALL_KINDS = { ...POISON_KINDS, ...EXPENSIVE_KINDS };

/** @typedef {{ kind: string, number: string }} DrawnPoison */

/**
 * @param {() => number} random
 * @param {string[]} [kinds] to draw from
 * @returns {DrawnPoison}
 */
export function drawPoison(random, kinds = Object.keys(POISON_KINDS)) {
  return {
    kind: kinds[Math.floor(random() * kinds.length)],
    number: Math.floor(random() * 2 ** 48).toString(36),
  };
}

/**
 * @param {DrawnPoison} drawn
 * @returns {{ topic: string, key: Buffer | string | null, value: Buffer | string | null, headers: Record<string, any> }}
 */
export function makePoison({ kind, number }) {
  const { topic, type, make } = ALL_KINDS[kind];
  const { headers, ...content } = make(number);
  const id = { ce_specversion: '1.0', ce_id: `poison-${number}`, ce_source: '/chaos' };
  return {
    topic,
    key: `poison-${number}`,
    value: '{}',
    headers: { ...id, ...(type === null ? {} : { ce_type: type }), chaos_poison: kind, ...headers },
    ...content,
  };
}

/** @typedef {{ place: string, topic: string, kind: string, groups: string[], message: import('../observer/witness.mjs').Bytes }} SentPoison */

/**
 * @param {import('../observer/witness.mjs').Bytes} message as it stands in Kafka
 * @returns {SentPoison}
 */
export function toSentPoison(message) {
  const kind = String(message.headers.chaos_poison);
  const { topic, partition, offset } = message;
  return { place: `${topic}[${partition}] ${offset}`, topic, kind, groups: ALL_KINDS[kind].groups, message };
}
