import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answersOf } from './answers.js';
import { type Answer, Contradiction, follow, type Situation } from './follow.js';
import type { OrderEvent, Reservation } from './reservation.js';
import type { StockLevel } from './shelf.js';

const cups: StockLevel = { itemId: 'CUP', onHand: 10, reserved: 2, lowStockThreshold: 3 };
const jugs: StockLevel = { itemId: 'JUG', onHand: 5, reserved: 0, lowStockThreshold: 0 };

const facts = (orderId: string, items: Record<string, number>) => ({
  orderId,
  customerId: 'CUST-1',
  items: Object.entries(items).map(([itemId, quantity]) => ({ itemId, quantity })),
});
const event = (kind: OrderEvent['kind'], orderId: string, items: Record<string, number>): OrderEvent => ({
  kind,
  ...facts(orderId, items),
});
const created = (orderId: string, items: Record<string, number>) => event('created', orderId, items);
const held = (orderId: string, items: Record<string, number>): Reservation => ({
  ...facts(orderId, items),
  status: 'HELD',
  shortages: [],
});

describe('an order that is created', () => {
  it('gets all its items', () => {
    const order = facts('o-1', { CUP: 2, JUG: 5 });
    expect(follow({ stock: [cups, jugs], reservations: [] }, [{ kind: 'created', ...order }])).toMatchObject({
      opened: [{ ...order, status: 'HELD' }],
      stockChanges: [
        { itemId: 'CUP', onHand: 0, reserved: 2 },
        { itemId: 'JUG', onHand: 0, reserved: 5 },
      ],
      movements: [],
      answers: [{ kind: 'reserved', order }],
    });
  });

  it('gets nothing where one item is short, and hears which', () => {
    const order = facts('o-1', { CUP: 2, JUG: 6 });
    expect(follow({ stock: [cups, jugs], reservations: [] }, [{ kind: 'created', ...order }])).toMatchObject({
      opened: [{ ...order, status: 'REJECTED' }],
      stockChanges: [],
      answers: [{ kind: 'insufficient', order, shortages: [{ itemId: 'JUG', requested: 6, available: 5 }] }],
    });
  });

  it('is short of an item that does not exist', () => {
    const { answers } = follow({ stock: [], reservations: [] }, [created('o-1', { GHOST: 1 })]);
    expect(answers).toMatchObject([{ shortages: [{ itemId: 'GHOST', requested: 1, available: 0 }] }]);
  });

  it('finds only what is not reserved already', () => {
    const answerTo = (pieces: number) =>
      follow({ stock: [cups], reservations: [] }, [created('o-1', { CUP: pieces })]).answers[0]?.kind;
    expect([answerTo(9), answerTo(8)]).toEqual(['insufficient', 'reserved']);
  });

  it('may get the last piece, and the next one can still have something else', () => {
    const { answers } = follow({ stock: [jugs, cups], reservations: [] }, [
      created('o-1', { JUG: 5 }),
      created('o-2', { JUG: 1 }),
      created('o-3', { CUP: 1 }),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(['reserved', 'insufficient', 'reserved']);
  });

  it('makes an item low once, when it falls to its threshold', () => {
    const lowAfter = (stock: StockLevel, ...pieces: number[]) =>
      follow(
        { stock: [stock], reservations: [] },
        pieces.map((CUP, n) => created(`o-${n}`, { CUP })),
      ).low;
    expect(lowAfter(cups, 4)).toEqual([]);
    expect(lowAfter(cups, 4, 1)).toEqual([{ itemId: 'CUP', available: 3, lowStockThreshold: 3 }]);
    expect(lowAfter({ ...cups, reserved: 7 }, 1)).toEqual([]);
  });
});

describe('an order that is cancelled', () => {
  it('gives its items back, and the next one can have them', () => {
    const order = facts('o-1', { JUG: 5 });
    const situation = { stock: [{ ...jugs, reserved: 5 }], reservations: [held('o-1', { JUG: 5 })] };
    const events = [created('o-0', { JUG: 5 }), event('cancelled', 'o-1', { JUG: 5 }), created('o-2', { JUG: 4 })];
    expect(follow(situation, events)).toMatchObject({
      changed: [{ ...order, status: 'RELEASED' }],
      opened: [
        { orderId: 'o-0', status: 'REJECTED' },
        { orderId: 'o-2', status: 'HELD' },
      ],
      stockChanges: [{ itemId: 'JUG', onHand: 0, reserved: -1 }],
      answers: [{ kind: 'insufficient' }, { kind: 'released', order }, { kind: 'reserved' }],
    });
  });

  it('in the batch in which it was created leaves the stock as it was, and both are answered', () => {
    const events = [created('o-1', { CUP: 1 }), event('cancelled', 'o-1', { CUP: 1 })];
    const { opened, stockChanges, answers } = follow({ stock: [cups], reservations: [] }, events);
    expect(opened).toMatchObject([{ orderId: 'o-1', status: 'RELEASED' }]);
    expect(stockChanges).toEqual([]);
    expect(answers.map(({ kind }) => kind)).toEqual(['reserved', 'released']);
  });

  it('before it is created gets nothing when it comes, and hears so then, once', () => {
    const early = follow({ stock: [cups], reservations: [] }, [event('cancelled', 'o-1', { CUP: 1 })]);
    expect(early).toMatchObject({ opened: [{ status: 'CANCELLED' }], stockChanges: [], answers: [] });
    const late = follow({ stock: [cups], reservations: early.opened }, [
      created('o-1', { CUP: 1 }),
      created('o-1', { CUP: 1 }),
    ]);
    expect(late).toMatchObject({ changed: [{ status: 'RELEASED' }], opened: [], stockChanges: [] });
    expect(late.answers.map(({ kind }) => kind)).toEqual(['released']);
  });
});

describe('an order that is fulfilled', () => {
  it('takes its items out of the house, item by item, and leaves what is available as it was', () => {
    const stock = [
      { ...cups, onHand: 5 },
      { ...jugs, reserved: 1 },
    ];
    const reservations = [held('o-1', { CUP: 2, JUG: 1 })];
    expect(follow({ stock, reservations }, [event('fulfilled', 'o-1', { CUP: 2, JUG: 1 })])).toEqual({
      opened: [],
      changed: [{ ...facts('o-1', { CUP: 2, JUG: 1 }), status: 'DEDUCTED', shortages: [] }],
      stockChanges: [
        { itemId: 'CUP', onHand: -2, reserved: -2 },
        { itemId: 'JUG', onHand: -1, reserved: -1 },
      ],
      movements: [
        { itemId: 'CUP', delta: -2, orderId: 'o-1' },
        { itemId: 'JUG', delta: -1, orderId: 'o-1' },
      ],
      answers: [],
      low: [],
    });
  });

  it('without a reservation that holds its items contradicts what orders can do', () => {
    const fulfilled = [event('fulfilled', 'o-1', { CUP: 1 })];
    expect(() => follow({ stock: [cups], reservations: [] }, fulfilled)).toThrow(
      new Error('order o-1 is fulfilled, but its reservation is not there'),
    );
    const reservations = [{ ...held('o-1', { CUP: 1 }), status: 'RELEASED' as const }];
    expect(() => follow({ stock: [cups], reservations }, fulfilled)).toThrow(Contradiction);
  });
});

describe('any story of many orders', () => {
  const ITEMS = ['A', 'B', 'C'];
  const stocks = fc.tuple(...ITEMS.map(() => fc.record({ onHand: fc.nat(30), lowStockThreshold: fc.nat(10) })));
  const line = fc.record({ itemId: fc.constantFrom(...ITEMS), quantity: fc.integer({ min: 1, max: 8 }) });
  const orders = fc.array(fc.uniqueArray(line, { selector: ({ itemId }) => itemId, minLength: 1 }), {
    minLength: 1,
    maxLength: 6,
  });
  const kind = fc.constantFrom('created' as const, 'created' as const, 'cancelled' as const, 'fulfilled' as const);
  const steps = fc.array(fc.tuple(fc.nat(5), kind, fc.boolean()), { maxLength: 40, size: 'max' });
  const story = fc.record({ stocks, orders, steps });
  type Story = typeof story extends fc.Arbitrary<infer S> ? S : never;

  /** The database: what a batch leads to becomes the situation of the next. */
  class Warehouse {
    situation: Situation;
    readonly moved = new Map<string, number>();
    readonly answers = new Map<string, Answer[]>();

    constructor(private readonly start: readonly StockLevel[]) {
      this.situation = { stock: start, reservations: [] };
    }

    /** Events late, twice and in the opposite order; an event that contradicts is left out, as the transport does. */
    tell(events: readonly OrderEvent[]): void {
      const consequences = follow(this.situation, events);
      const { opened, changed, stockChanges, movements, answers } = consequences;
      const changedBy = new Map(changed.map((reservation) => [reservation.orderId, reservation]));
      const changeOf = new Map(stockChanges.map((change) => [change.itemId, change]));
      const { stock, reservations } = this.situation;
      this.situation = {
        stock: stock.map((level) => {
          const { onHand = 0, reserved = 0 } = changeOf.get(level.itemId) ?? {};
          return { ...level, onHand: level.onHand + onHand, reserved: level.reserved + reserved };
        }),
        reservations: [...reservations.map((each) => changedBy.get(each.orderId) ?? each), ...opened],
      };
      for (const { itemId, delta } of movements) this.moved.set(itemId, (this.moved.get(itemId) ?? 0) + delta);
      for (const answer of answers)
        this.answers.set(answer.order.orderId, [...(this.answers.get(answer.order.orderId) ?? []), answer]);
    }

    statusOf(orderId: string): string | undefined {
      return this.situation.reservations.find((each) => each.orderId === orderId)?.status;
    }

    assertBalanced(): void {
      for (const [n, { itemId, onHand, reserved }] of this.situation.stock.entries()) {
        const holding = this.situation.reservations.filter(({ status }) => status === 'HELD');
        const pieces = holding.flatMap(({ items }) => items).filter((each) => each.itemId === itemId);
        expect(reserved).toBe(pieces.reduce((sum, { quantity }) => sum + quantity, 0));
        expect(onHand).toBe((this.start[n]?.onHand ?? 0) + (this.moved.get(itemId) ?? 0));
        expect(reserved).toBeLessThanOrEqual(onHand);
      }
    }
  }

  const levelsOf = ({ stocks }: Story): StockLevel[] =>
    stocks.map((level, n) => ({ itemId: ITEMS[n] as string, reserved: 0, ...level }));

  function batchesOf({ orders, steps }: Story): OrderEvent[][] {
    const batches: OrderEvent[][] = [[]];
    for (const [order, kind, startsBatch] of steps) {
      const items = orders[order % orders.length] ?? [];
      if (startsBatch) batches.push([]);
      batches.at(-1)?.push({ kind, orderId: `o-${order % orders.length}`, customerId: 'CUST-1', items });
    }
    return batches;
  }

  /** The batches without those events that the order service would never tell. */
  function possible(batches: OrderEvent[][], levels: StockLevel[]): { warehouse: Warehouse; batches: OrderEvent[][] } {
    const warehouse = new Warehouse(levels);
    const isTold = (each: OrderEvent) => {
      try {
        warehouse.tell([each]);
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(Contradiction);
        return false;
      }
    };
    return { batches: batches.map((batch) => batch.filter(isTold)), warehouse };
  }

  it('keeps reserved the sum of what is held and onHand the sum of the movements, batch after batch', () => {
    fc.assert(
      fc.property(story, (each) => {
        const warehouse = new Warehouse(levelsOf(each));
        for (const batch of possible(batchesOf(each), levelsOf(each)).batches) {
          warehouse.tell(batch);
          warehouse.assertBalanced();
        }
      }),
    );
  });

  it('ends the same, in state and answers, however its events are cut into batches', () => {
    fc.assert(
      fc.property(story, (each) => {
        const { batches, warehouse: oneByOne } = possible(batchesOf(each), levelsOf(each));
        const together = new Warehouse(levelsOf(each));
        for (const batch of batches) together.tell(batch);
        const inOrder = ({ reservations, stock }: Situation) => ({
          stock,
          reservations: reservations.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1)),
        });
        expect(inOrder(together.situation)).toEqual(inOrder(oneByOne.situation));
        expect(together.answers).toEqual(oneByOne.answers);
      }),
    );
  });

  it('answers an order that has come once, and its cancellation at most once more', () => {
    fc.assert(
      fc.property(story, (each) => {
        const { warehouse } = possible(batchesOf(each), levelsOf(each));
        for (const { orderId, status } of warehouse.situation.reservations) {
          const answers = (warehouse.answers.get(orderId) ?? []).map(({ kind }) => kind).join(' ');
          const possibleAnswers = {
            HELD: ['reserved'],
            DEDUCTED: ['reserved'],
            REJECTED: ['insufficient'],
            RELEASED: ['reserved released', 'released'],
            CANCELLED: [''],
          }[status];
          expect(possibleAnswers).toContain(answers);
        }
      }),
    );
  });

  it('keeps what each order was answered, whatever has become of the stock since', () => {
    fc.assert(
      fc.property(story, (each) => {
        const warehouse = new Warehouse(levelsOf(each));
        for (const batch of possible(batchesOf(each), levelsOf(each)).batches) warehouse.tell(batch);
        for (const reservation of warehouse.situation.reservations) {
          expect(answersOf(reservation, [])).toEqual(warehouse.answers.get(reservation.orderId) ?? []);
        }
      }),
    );
  });

  it('leaves nothing held for an order that is cancelled, whichever event came first', () => {
    const races = fc.shuffledSubarray(['created', 'cancelled', 'created', 'cancelled'] as const, { minLength: 4 });
    fc.assert(
      fc.property(races, fc.integer({ min: 1, max: 12 }), fc.nat(3), (kinds, pieces, cut) => {
        const warehouse = new Warehouse([{ ...cups, reserved: 0 }]);
        const events = kinds.map((each) => event(each, 'o-1', { CUP: pieces }));
        warehouse.tell(events.slice(0, cut));
        warehouse.tell(events.slice(cut));
        const isShort = pieces > 10 && kinds[0] === 'created';
        expect(warehouse.statusOf('o-1')).toBe(isShort ? 'REJECTED' : 'RELEASED');
        expect(warehouse.situation.stock[0]?.reserved).toBe(0);
      }),
    );
  });
});
