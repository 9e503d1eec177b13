import fc from 'fast-check';

/** A catalogue with which orders of {@link anyOrder} reach every status: plenty of some items, just enough of others to run low. */
export const CATALOGUE = [
  { itemId: 'PLENTY', name: 'Plenty', onHand: 1_000_000_000 },
  { itemId: 'SCARCE', name: 'Scarce', onHand: 11, lowStockThreshold: 10 },
];

const id = fc.oneof(fc.constantFrom('PLENTY', 'SCARCE', '..', '', 'a b'), fc.string({ maxLength: 70 }));
const quantity = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer(), fc.double(), fc.jsonValue());
const item = fc.oneof(
  { weight: 5, arbitrary: fc.record({ itemId: id, quantity }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const rightItem = fc.record({
  itemId: fc.constantFrom('PLENTY', 'SCARCE', 'NOWHERE'),
  quantity: fc.integer({ min: 1, max: 3 }),
});
const rightOrder = fc.record({
  customerId: fc.constant('CUST-1'),
  items: fc.uniqueArray(rightItem, { minLength: 1, maxLength: 3, selector: ({ itemId }) => itemId }),
  totalAmount: fc.integer({ min: 0, max: 5_000 }),
});
const wrongOrder = fc.record(
  {
    customerId: fc.oneof(fc.constant('CUST-1'), id),
    items: fc.oneof(
      { weight: 5, arbitrary: fc.array(item, { maxLength: 5 }) },
      { weight: 1, arbitrary: fc.array(fc.array(item, { maxLength: 2 }), { maxLength: 2 }) },
      { weight: 1, arbitrary: fc.jsonValue() },
    ),
    totalAmount: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.double(), fc.jsonValue()),
    currency: fc.oneof(fc.constantFrom('EUR', 'eur', 'XXL', null), fc.string()),
  },
  { requiredKeys: ['customerId', 'items', 'totalAmount'] },
);
/** Nearly valid: one member of a valid order is replaced or added; or everything is random. */
export const anyOrder = fc.oneof(
  wrongOrder,
  fc
    .tuple(rightOrder, wrongOrder, fc.constantFrom('customerId', 'items', 'totalAmount', 'currency'))
    .map(([right, wrong, name]) => ({ ...right, [name]: wrong[name as keyof typeof wrong] })),
);

export const anyItem = fc.record(
  { itemId: id, name: fc.string({ unit: 'binary', maxLength: 210 }), onHand: quantity, lowStockThreshold: quantity },
  { requiredKeys: ['itemId', 'name'] },
);

export const anyItemChange = fc.record(
  { name: fc.string({ unit: 'binary', maxLength: 210 }), lowStockThreshold: quantity },
  { requiredKeys: [] },
);

const reason = fc.oneof(fc.string({ unit: 'binary', maxLength: 510 }), fc.jsonValue());
export const anyReason = fc.record({ reason });
export const anyShipment = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: fc.record({ items: fc.tuple(rightItem) }) },
  { weight: 1, arbitrary: fc.record({ items: fc.array(item, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
export const anyAdjustment = fc.record({ delta: fc.oneof(fc.integer({ min: -20, max: 20 }), quantity), reason });

const instant = fc.oneof(
  fc.constantFrom('2020-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999+23:59', '2026-02-30T12:00:00Z'),
  fc
    .date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.jsonValue(),
);
export const anyRepublication = fc.record(
  {
    status: fc.oneof(fc.constant('PENDING'), fc.jsonValue()),
    from: instant,
    to: instant,
    after: fc.oneof(fc.uuid(), id, fc.jsonValue()),
  },
  { requiredKeys: [] },
);

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 510 }), fc.jsonValue());
export const anyReplay = fc.oneof(
  fc.jsonValue(),
  fc.record(
    { topic: text, key: text, eventType: text, errorCode: text, all: fc.oneof(fc.constant(true), fc.jsonValue()) },
    { requiredKeys: [] },
  ),
);

export const anyLevel = fc.oneof(
  fc.jsonValue(),
  fc.record({
    level: fc.oneof(fc.constantFrom('fatal', 'error', 'warn', 'log', 'debug', 'verbose', 'info'), fc.jsonValue()),
  }),
);

const one = <Value>(value: Value, ...others: Value[]) => fc.oneof(fc.constantFrom(value, ...others), text);
export const anyContact = fc.record(
  {
    email: one<unknown>('anna@example.com', null),
    webhookUrl: one<unknown>('https://shop.example/hook', 'http://localhost:9/', 'https://10.0.0.1/', null),
    webhookSecret: one<unknown>('whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', null),
    events: one<unknown>(['ORDER_CREATED'], ['ORDER_CREATED', 'ORDER_CREATED'], [], null),
    language: one('en', 'de'),
  },
  { requiredKeys: [] },
);

/** A part of a URL, including characters that must be encoded. */
export const anySegment = fc
  .oneof(fc.string({ minLength: 1, maxLength: 40 }), fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }))
  .filter((segment) => segment !== '.' && segment !== '..');
