import { randomBytes } from 'node:crypto';
import type { IHeaders, Message } from 'kafkajs';
import type { ServiceName } from '../system/system.js';

/** A way in which a message of `order-events` is bad. */
export interface PoisonKind {
  readonly name: string;
  /** The error code of its dead letters. */
  readonly code: string;
  /** Consumer groups that cannot handle it. */
  readonly groups: readonly ServiceName[];
  /** @param n its number among its kind; no two share a key */
  readonly make: (n: number) => Message;
}

export const GROUPS: readonly ServiceName[] = ['inventory-service', 'notification-service'];

const ABSURD_LEVELS = 10_000;
const nested = (levels: number) => `{"orderId":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const json = (data: unknown) => JSON.stringify(data);
const item = { itemId: 'ITEM-001', quantity: 1 };

/** Headers of a new `ORDER_CREATED`. */
function created(headers: IHeaders = {}): IHeaders {
  return {
    ce_specversion: '1.0',
    ce_id: randomBytes(8).toString('hex'),
    ce_source: '/poison',
    ce_type: 'ORDER_CREATED',
    ...headers,
  };
}

/** Messages that no later version could handle either: each is a dead letter at once. */
const BAD_INPUT: readonly [name: string, code: string, make: (n: number) => Message][] = [
  ['no type', 'CE_TYPE_MISSING', (n) => ({ key: `p1-${n}`, value: json({}), headers: { ce_id: '1' } })],
  ['no headers at all', 'CE_TYPE_MISSING', (n) => ({ key: `p2-${n}`, value: json({}) })],
  ['a null value', 'VALUE_UNDECODABLE', (n) => ({ key: `p3-${n}`, value: null, headers: created() })],
  [
    'no JSON',
    'VALUE_UNDECODABLE',
    (n) => ({ key: `p4-${n}`, value: Buffer.from([0x7b, 0xff, 0x00]), headers: created() }),
  ],
  ['a list', 'VALUE_UNDECODABLE', (n) => ({ key: `p5-${n}`, value: '[1, 2]', headers: created() })],
  [
    'wrong types',
    'DATA_INVALID',
    (n) => ({
      key: `p6-${n}`,
      value: json({ orderId: 7, customerId: {}, items: 'x', totalAmount: '1' }),
      headers: created(),
    }),
  ],
  [
    'missing fields',
    'DATA_INVALID',
    (n) => ({ key: `p7-${n}`, value: json({ orderId: 'o', items: [item] }), headers: created() }),
  ],
  ['absurd nesting', 'DATA_INVALID', (n) => ({ key: `p8-${n}`, value: nested(ABSURD_LEVELS), headers: created() })],
  [
    'absurd nesting that ends nowhere',
    'VALUE_UNDECODABLE',
    (n) => ({ key: `p9-${n}`, value: '{"a":'.repeat(ABSURD_LEVELS), headers: created() }),
  ],
  [
    '900 kB',
    'VALUE_TOO_LARGE',
    (n) => ({ key: `p10-${n}`, value: json({ orderId: 'x'.repeat(900_000) }), headers: created() }),
  ],
  [
    'a key that is no text',
    'DATA_INVALID',
    (n) => ({ key: Buffer.from([0xff, 0x00, n, 0xfe]), value: '{}', headers: created() }),
  ],
  ['a key without end', 'DATA_INVALID', () => ({ key: randomBytes(5_000), value: '{}', headers: created() })],
  ['no key', 'DATA_INVALID', () => ({ key: null, value: '{}', headers: created() })],
  // A second message with an empty key would be blocked by the first.
  [
    'an empty key and value',
    'VALUE_UNDECODABLE',
    (n) => ({ key: n === 0 ? '' : `p11-${n}`, value: '', headers: created() }),
  ],
  [
    'repeated headers',
    'DATA_INVALID',
    (n) => ({ key: `p12-${n}`, value: '{}', headers: created({ twice: ['1', '2'] }) }),
  ],
  [
    'bytes in headers',
    'DATA_INVALID',
    (n) => ({ key: `p13-${n}`, value: '{}', headers: created({ 'na\0me': Buffer.from([0xff]) }) }),
  ],
  // Malformed ids do not distinguish messages.
  [
    'an id that is no text',
    'DATA_INVALID',
    (n) => ({ key: `p14-${n}`, value: '{}', headers: created({ ce_id: 'a\0b' }) }),
  ],
  [
    'a broken id',
    'DATA_INVALID',
    (n) => ({ key: `p15-${n}`, value: '{}', headers: created({ ce_id: Buffer.from([0xff]) }) }),
  ],
  [
    'another broken id',
    'DATA_INVALID',
    (n) => ({ key: `p16-${n}`, value: '{}', headers: created({ ce_id: Buffer.from([0xfe]) }) }),
  ],
  [
    'a schema id alone',
    'WIRE_FORMAT_INVALID',
    (n) => ({ key: `p20-${n}`, value: Buffer.from([0, 0, 0, 0, 1]), headers: created() }),
  ],
  [
    'Avro behind a schema id',
    'VALUE_UNDECODABLE',
    (n) => ({ key: `p21-${n}`, value: Buffer.from([0, 0, 0, 0, 1, 6, 0x6f]), headers: created() }),
  ],
];

const CUSTOMER = { customerId: 'CUST-nobody', items: [item] };

/** Well-formed, for an order that has no reservation: retried before it is a dead letter. */
const FULFILLED_UNHELD: PoisonKind = {
  name: 'fulfilment of an order that is not held',
  code: 'CONTRADICTION',
  groups: ['inventory-service'],
  make: (n) => ({
    key: `p17-${n}`,
    value: json({ orderId: `p17-${n}`, ...CUSTOMER, fulfilledAt: '2020-01-01T00:00:00.000Z' }),
    headers: created({ ce_type: 'ORDER_FULFILLED' }),
  }),
};

/** An `INVENTORY_RESERVED`, for `inventory-events`, of an order that does not exist. */
export const reservedForUnknown = (orderId: string): Message => ({
  key: orderId,
  value: json({ orderId, ...CUSTOMER }),
  headers: created({ ce_type: 'INVENTORY_RESERVED' }),
});

/** Fewer keys than trip the kill switch. */
const RETRIED = 15;

/** Alternates the kinds, so that each is next to every other. */
export function makePoisons(copies: number): { kind: PoisonKind; message: Message }[] {
  const bad = BAD_INPUT.map(([name, code, make]): PoisonKind => ({ name, code, groups: GROUPS, make }));
  return Array.from({ length: copies }, (_, n) =>
    [...bad, ...(n < RETRIED ? [FULFILLED_UNHELD] : [])].map((kind) => ({ kind, message: kind.make(n) })),
  ).flat();
}
