/** A body that `POST /orders` accepts. */
export const GOOD_ORDER = { customerId: 'CUST-1', items: [{ itemId: 'ITEM-003', quantity: 1 }], totalAmount: 10 };

const withItem = (line: unknown) => ({ ...GOOD_ORDER, items: [line] });

/** What is bad, the body, and the pointers of its bad fields, sorted. */
export const BAD_ORDERS: [string, unknown, string[]][] = [
  ['an empty object', {}, ['#/customerId', '#/items', '#/totalAmount']],
  ['a missing customer', { ...GOOD_ORDER, customerId: undefined }, ['#/customerId']],
  ['no items', { ...GOOD_ORDER, items: [] }, ['#/items']],
  ['items that are no list', { ...GOOD_ORDER, items: 'ITEM-001' }, ['#/items']],
  ['an item that is no object', { ...GOOD_ORDER, items: ['ITEM-001', null] }, ['#/items/0', '#/items/1']],
  [
    '101 items',
    { ...GOOD_ORDER, items: Array.from({ length: 101 }, (_, n) => ({ itemId: `I-${n}`, quantity: 1 })) },
    ['#/items'],
  ],
  ['quantity zero', withItem({ itemId: 'ITEM-001', quantity: 0 }), ['#/items/0/quantity']],
  ['a fractional quantity', withItem({ itemId: 'ITEM-001', quantity: 1.5 }), ['#/items/0/quantity']],
  ['a huge quantity', withItem({ itemId: 'ITEM-001', quantity: 1_000_001 }), ['#/items/0/quantity']],
  ['a quantity as text', withItem({ itemId: 'ITEM-001', quantity: '2' }), ['#/items/0/quantity']],
  ['a missing item id', withItem({ quantity: 1 }), ['#/items/0/itemId']],
  ['an item twice', { ...GOOD_ORDER, items: [GOOD_ORDER.items[0], GOOD_ORDER.items[0]] }, ['#/items']],
  [
    'unknown fields, also in an item',
    { ...GOOD_ORDER, coupon: 'X', items: [{ ...GOOD_ORDER.items[0], gift: true }] },
    ['#/coupon', '#/items/0/gift'],
  ],
  [
    'ids with spaces or too long',
    { ...GOOD_ORDER, customerId: 'a b', items: [{ itemId: 'x'.repeat(65), quantity: 1 }] },
    ['#/customerId', '#/items/0/itemId'],
  ],
  ['a negative amount', { ...GOOD_ORDER, totalAmount: -1 }, ['#/totalAmount']],
  ['a vanishing amount', { ...GOOD_ORDER, totalAmount: 1e-7 }, ['#/totalAmount']],
  ['a currency that is none', { ...GOOD_ORDER, currency: 'XXL' }, ['#/currency']],
  ['a list instead of an object', [GOOD_ORDER], ['#']],
  ['null', 'null', ['#']],
];

/** What is bad, the body, its content type, and the status of the response. */
export const BAD_BODIES: [string, string, string, number][] = [
  ['broken JSON', '{"customerId": ', 'application/json', 400],
  ['an empty body', '', 'application/json', 400],
  ['a body of 2 MB', JSON.stringify({ ...GOOD_ORDER, note: 'x'.repeat(2 * 1024 * 1024) }), 'application/json', 413],
  ['a form', 'customerId=CUST-1', 'application/x-www-form-urlencoded', 415],
  ['plain text', JSON.stringify(GOOD_ORDER), 'text/plain', 415],
  ['absurd nesting', `{"customerId":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'application/json', 400],
  ['a prototype in disguise', '{"__proto__": {"admin": true}}', 'application/json', 400],
];
