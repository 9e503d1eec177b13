import type { IHeaders } from 'kafkajs';
import { present } from '../../load/present.ts';
import { oneOf } from '../../load/random.ts';
import { EXPENSIVE_KINDS } from './expensive-kinds.ts';
import { INVENTORY_RESERVED as STOCK, ORDER_CREATED as ORDER, type PoisonKind } from './poison-topics.ts';
import type { Bytes } from '../observer/witness.ts';

const unknownOrder = (number: string) =>
  JSON.stringify({
    orderId: `chaos-unknown-${number}`,
    customerId: 'CHAOS',
    items: [{ itemId: 'CHAOS', quantity: 1 }],
    fulfilledAt: '2020-01-01T00:00:00.000Z',
  });

export const POISON_KINDS: Record<string, PoisonKind> = {
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
  // Well-formed, so it is retried until its attempts are used up; the other group handles it.
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

const ALL_KINDS: Record<string, PoisonKind> = { ...POISON_KINDS, ...EXPENSIVE_KINDS };

export interface DrawnPoison {
  kind: string;
  number: string;
}

/** @param kinds to draw from */
export function drawPoison(random: () => number, kinds: string[] = Object.keys(POISON_KINDS)): DrawnPoison {
  return {
    kind: oneOf(random, kinds),
    number: Math.floor(random() * 2 ** 48).toString(36),
  };
}

export function makePoison({ kind, number }: DrawnPoison): {
  topic: string;
  key: Buffer | string | null;
  value: Buffer | string | null;
  headers: IHeaders;
} {
  const { topic, type, make } = present(ALL_KINDS[kind], kind);
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

export interface SentPoison {
  place: string;
  topic: string;
  kind: string;
  groups: string[];
  message: Bytes;
}

/** @param message as it is in Kafka */
export function toSentPoison(message: Bytes): SentPoison {
  const kind = String(message.headers.chaos_poison);
  const { topic, partition, offset } = message;
  return {
    place: `${topic}[${partition}] ${offset}`,
    topic,
    kind,
    groups: present(ALL_KINDS[kind], kind).groups,
    message,
  };
}
