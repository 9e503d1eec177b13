import { describe, expect, it } from '@jest/globals';
import { decideReservations, ImpossibleEvent } from './decide-reservations.js';
import type { OrderEvent, Reservation } from './reservation.js';
import type { StockLevel } from '../../stock/domain/stock-level.js';

const cups: StockLevel = { itemId: 'CUP', onHand: 10, reserved: 2, lowStockThreshold: 3 };
const jugs: StockLevel = { itemId: 'JUG', onHand: 5, reserved: 0, lowStockThreshold: 0 };

const facts = (orderId: string, items: Record<string, number>) => ({
  orderId,
  customerId: 'CUST-1',
  items: Object.entries(items).map(([itemId, quantity]) => ({ itemId, quantity })),
});
const event = (
  kind: 'created' | 'cancelled' | 'fulfilled',
  orderId: string,
  items: Record<string, number>,
): OrderEvent => ({
  kind,
  ...facts(orderId, items),
});
const created = (orderId: string, items: Record<string, number>) => event('created', orderId, items);
const held = (orderId: string, items: Record<string, number>): Reservation => ({
  ...facts(orderId, items),
  status: 'HELD',
  shortages: [],
  parts: 0,
  remaining: null,
});

describe('decideReservations for an order that is created', () => {
  it('reserves all of its items', () => {
    const order = facts('o-1', { CUP: 2, JUG: 5 });
    expect(
      decideReservations({ stock: [cups, jugs], reservations: [] }, [{ kind: 'created', ...order }]),
    ).toMatchObject({
      opened: [{ ...order, status: 'HELD' }],
      stockChanges: [
        { itemId: 'CUP', onHand: 0, reserved: 2 },
        { itemId: 'JUG', onHand: 0, reserved: 5 },
      ],
      movements: [],
      replies: [{ kind: 'reserved', order }],
    });
  });

  it('reserves nothing if one item is short, and replies which', () => {
    const order = facts('o-1', { CUP: 2, JUG: 6 });
    expect(
      decideReservations({ stock: [cups, jugs], reservations: [] }, [{ kind: 'created', ...order }]),
    ).toMatchObject({
      opened: [{ ...order, status: 'REJECTED' }],
      stockChanges: [],
      replies: [{ kind: 'insufficient', order, shortages: [{ itemId: 'JUG', requested: 6, available: 5 }] }],
    });
  });

  it('treats an item that does not exist as short', () => {
    const { replies } = decideReservations({ stock: [], reservations: [] }, [created('o-1', { GHOST: 1 })]);
    expect(replies).toMatchObject([{ shortages: [{ itemId: 'GHOST', requested: 1, available: 0 }] }]);
  });

  it('counts as available only what is not yet reserved', () => {
    const replyTo = (pieces: number) =>
      decideReservations({ stock: [cups], reservations: [] }, [created('o-1', { CUP: pieces })]).replies[0]?.kind;
    expect([replyTo(9), replyTo(8)]).toEqual(['insufficient', 'reserved']);
  });

  it('reserves the last piece, and something else for a later order of the batch', () => {
    const { replies } = decideReservations({ stock: [jugs, cups], reservations: [] }, [
      created('o-1', { JUG: 5 }),
      created('o-2', { JUG: 1 }),
      created('o-3', { CUP: 1 }),
    ]);
    expect(replies.map(({ kind }) => kind)).toEqual(['reserved', 'insufficient', 'reserved']);
  });

  it('reports low stock once, when an item falls to its threshold', () => {
    const lowAfter = (stock: StockLevel, ...pieces: number[]) =>
      decideReservations(
        { stock: [stock], reservations: [] },
        pieces.map((CUP, n) => created(`o-${n}`, { CUP })),
      ).lowStock;
    expect(lowAfter(cups, 4)).toEqual([]);
    expect(lowAfter(cups, 4, 1)).toEqual([{ itemId: 'CUP', available: 3, lowStockThreshold: 3 }]);
    expect(lowAfter({ ...cups, reserved: 7 }, 1)).toEqual([]);
  });
});

describe('decideReservations for an order that is cancelled', () => {
  it('releases its items, so that the next order can have them', () => {
    const order = facts('o-1', { JUG: 5 });
    const state = { stock: [{ ...jugs, reserved: 5 }], reservations: [held('o-1', { JUG: 5 })] };
    const events = [created('o-0', { JUG: 5 }), event('cancelled', 'o-1', { JUG: 5 }), created('o-2', { JUG: 4 })];
    expect(decideReservations(state, events)).toMatchObject({
      changed: [{ ...order, status: 'RELEASED' }],
      opened: [
        { orderId: 'o-0', status: 'REJECTED' },
        { orderId: 'o-2', status: 'HELD' },
      ],
      stockChanges: [{ itemId: 'JUG', onHand: 0, reserved: -1 }],
      replies: [{ kind: 'insufficient' }, { kind: 'released', order }, { kind: 'reserved' }],
    });
  });

  it('leaves the stock unchanged if it was created in the same batch, and replies to both events', () => {
    const events = [created('o-1', { CUP: 1 }), event('cancelled', 'o-1', { CUP: 1 })];
    const { opened, stockChanges, replies } = decideReservations({ stock: [cups], reservations: [] }, events);
    expect(opened).toMatchObject([{ orderId: 'o-1', status: 'RELEASED' }]);
    expect(stockChanges).toEqual([]);
    expect(replies.map(({ kind }) => kind)).toEqual(['reserved', 'released']);
  });

  it('reserves nothing if the cancellation arrives first, and replies once, when the order arrives', () => {
    const early = decideReservations({ stock: [cups], reservations: [] }, [event('cancelled', 'o-1', { CUP: 1 })]);
    expect(early).toMatchObject({ opened: [{ status: 'CANCELLED' }], stockChanges: [], replies: [] });
    const late = decideReservations({ stock: [cups], reservations: early.opened }, [
      created('o-1', { CUP: 1 }),
      created('o-1', { CUP: 1 }),
    ]);
    expect(late).toMatchObject({ changed: [{ status: 'RELEASED' }], opened: [], stockChanges: [] });
    expect(late.replies.map(({ kind }) => kind)).toEqual(['released']);
  });
});

describe('decideReservations for an order that is fulfilled', () => {
  it('deducts its items with one movement each, and leaves what is available unchanged', () => {
    const stock = [
      { ...cups, onHand: 5 },
      { ...jugs, reserved: 1 },
    ];
    const reservations = [held('o-1', { CUP: 2, JUG: 1 })];
    expect(decideReservations({ stock, reservations }, [event('fulfilled', 'o-1', { CUP: 2, JUG: 1 })])).toEqual({
      opened: [],
      changed: [{ ...held('o-1', { CUP: 2, JUG: 1 }), status: 'DEDUCTED' }],
      stockChanges: [
        { itemId: 'CUP', onHand: -2, reserved: -2 },
        { itemId: 'JUG', onHand: -1, reserved: -1 },
      ],
      movements: [
        { itemId: 'CUP', delta: -2, orderId: 'o-1' },
        { itemId: 'JUG', delta: -1, orderId: 'o-1' },
      ],
      replies: [],
      lowStock: [],
    });
  });

  it('throws unless the reservation holds its items', () => {
    const fulfilled = [event('fulfilled', 'o-1', { CUP: 1 })];
    expect(() => decideReservations({ stock: [cups], reservations: [] }, fulfilled)).toThrow(
      new Error('order o-1 is fulfilled, but its reservation does not exist'),
    );
    const reservations = [{ ...held('o-1', { CUP: 1 }), status: 'RELEASED' as const }];
    expect(() => decideReservations({ stock: [cups], reservations }, fulfilled)).toThrow(ImpossibleEvent);
  });
});

describe('decideReservations for an order that is shipped in parts', () => {
  const ordered = { CUP: 3, JUG: 2 };
  const stock = [
    { ...cups, reserved: 3 },
    { ...jugs, reserved: 2 },
  ];
  const linesOf = (items: Record<string, number>) => facts('', items).items;
  const shipped = (part: number, items: Record<string, number>): OrderEvent => ({
    kind: 'partially-fulfilled',
    part,
    shipment: linesOf(items),
    ...facts('o-1', ordered),
  });
  const fulfilled = (cancelled?: Record<string, number>): OrderEvent => ({
    kind: 'fulfilled',
    ...(cancelled && { cancelled: linesOf(cancelled) }),
    ...facts('o-1', ordered),
  });
  const decide = (...events: OrderEvent[]) =>
    decideReservations({ stock, reservations: [held('o-1', ordered)] }, events);

  it('deducts each part once, and keeps the rest', () => {
    expect(decide(shipped(1, { CUP: 1 }), shipped(1, { CUP: 1 }), shipped(2, { CUP: 2 }))).toMatchObject({
      changed: [{ status: 'HELD', parts: 2, remaining: linesOf({ JUG: 2 }) }],
      stockChanges: [{ itemId: 'CUP', onHand: -3, reserved: -3 }],
      movements: [
        { itemId: 'CUP', delta: -1, orderId: 'o-1' },
        { itemId: 'CUP', delta: -2, orderId: 'o-1' },
      ],
      replies: [],
    });
  });

  it('deducts all that is left when the order is fulfilled', () => {
    expect(decide(shipped(1, { CUP: 1 }), fulfilled())).toMatchObject({
      changed: [{ status: 'DEDUCTED', parts: 1, remaining: [] }],
      stockChanges: [
        { itemId: 'CUP', onHand: -3, reserved: -3 },
        { itemId: 'JUG', onHand: -2, reserved: -2 },
      ],
      replies: [],
    });
  });

  it('releases what was cancelled instead, and replies so', () => {
    expect(decide(shipped(1, { CUP: 1 }), fulfilled({ CUP: 2, JUG: 2 }))).toMatchObject({
      changed: [{ status: 'DEDUCTED', parts: 1, remaining: linesOf({ CUP: 2, JUG: 2 }) }],
      stockChanges: [
        { itemId: 'CUP', onHand: -1, reserved: -3 },
        { itemId: 'JUG', onHand: 0, reserved: -2 },
      ],
      movements: [{ itemId: 'CUP', delta: -1, orderId: 'o-1' }],
      replies: [{ kind: 'released', order: facts('o-1', { CUP: 2, JUG: 2 }) }],
    });
  });

  it.each<[string, OrderEvent[]]>([
    ['a part before the one it follows', [shipped(2, { CUP: 1 })]],
    ['more than is left', [shipped(1, { CUP: 4 })]],
    ['an item that was not ordered', [shipped(1, { PAN: 1 })]],
    ['all that is left, as a part', [shipped(1, ordered)]],
    ['a cancellation of more than is left', [shipped(1, { CUP: 1 }), fulfilled({ CUP: 3 })]],
    ['a cancellation of the whole order after a part', [shipped(1, { CUP: 1 }), event('cancelled', 'o-1', ordered)]],
  ])('fails for %s', (_, events) => {
    expect(() => decide(...events)).toThrow(ImpossibleEvent);
  });
});
