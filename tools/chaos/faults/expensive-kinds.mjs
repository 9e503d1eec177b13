import { ORDER_CREATED, INVENTORY_INSUFFICIENT } from './poison-topics.mjs';

/** With headers, and those of a dead letter, just below what a broker takes (1 MiB). */
const BYTES = 1_000_000;

/** @param {string} entry @returns {string} a list of as many as there is room for */
const listOf = (entry) => `[${Array.from({ length: Math.floor(BYTES / (entry.length + 1)) }, () => entry).join()}]`;

/** @param {(index: number) => string} entry @param {number} bytes of an entry, at most */
const distinct = (entry, bytes) =>
  Array.from({ length: Math.floor(BYTES / (bytes + 1)) }, (_, index) => entry(index)).join();

const order = (/** @type {string} */ items) =>
  `{"orderId":"chaos-unknown-x","customerId":"CHAOS","totalAmount":1,"createdAt":"2020-01-01T00:00:00.000Z","items":${items}}`;

/**
 * What is dear to read, check or complain about, a megabyte each: a reader that walks it before it looks at bounds stands still
 * for seconds, or runs out of memory.
 * @type {Record<string, import('./poison-kinds.mjs').PoisonKind>}
 */
export const EXPENSIVE_KINDS = {
  'empty-items': { ...ORDER_CREATED, make: () => ({ value: order(listOf('{}')) }) },
  'number-items': { ...ORDER_CREATED, make: () => ({ value: order(listOf('1')) }) },
  'nested-lists': { ...ORDER_CREATED, make: () => ({ value: order(listOf('[]')) }) },
  'distinct-items': {
    ...ORDER_CREATED,
    make: () => ({ value: order(`[${distinct((index) => `{"itemId":"${index}","quantity":1}`, 32)}]`) }),
  },
  'long-ids': {
    ...ORDER_CREATED,
    make: () => ({ value: order(`[{"itemId":"${'x'.repeat(BYTES - 200)}","quantity":1}]`) }),
  },
  'unknown-members': {
    ...ORDER_CREATED,
    make: () => ({ value: `{${distinct((index) => `"m${index}":${index}`, 16)}}` }),
  },
  'deep-objects': {
    ...ORDER_CREATED,
    make: () => ({ value: `${'{"a":'.repeat(BYTES / 6)}1${'}'.repeat(BYTES / 6)}`.slice(0, BYTES) }),
  },
  'empty-shortages': {
    ...INVENTORY_INSUFFICIENT,
    make: () => ({ value: `{"orderId":"chaos-unknown-x","customerId":"CHAOS","shortages":${listOf('{}')}}` }),
  },
};
