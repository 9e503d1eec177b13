import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideReservations, ImpossibleEvent, type Reply, type StockState } from './decide-reservations.js';
import { pastReplies } from './past-replies.js';
import { heldBy, type OrderEvent, type OrderFacts } from './reservation.js';
import type { StockLevel } from '../../stock/domain/stock-level.js';

const ITEMS = ['A', 'B', 'C'];
const stocks = fc.tuple(...ITEMS.map(() => fc.record({ onHand: fc.nat(30), lowStockThreshold: fc.nat(10) })));
const line = fc.record({ itemId: fc.constantFrom(...ITEMS), quantity: fc.integer({ min: 1, max: 8 }) });
const orders = fc.array(fc.uniqueArray(line, { selector: ({ itemId }) => itemId, minLength: 1 }), {
  minLength: 1,
  maxLength: 6,
});
const kind = fc.constantFrom(
  'created' as const,
  'created' as const,
  'cancelled' as const,
  'partially-fulfilled' as const,
  'fulfilled' as const,
  'rest-cancelled' as const,
);
const steps = fc.array(fc.tuple(fc.nat(5), kind, fc.boolean()), { maxLength: 40, size: 'max' });
const history = fc.record({ stocks, orders, steps });
type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

/** Stands in for the database: what one batch writes is the state before the next. */
class Warehouse {
  state: StockState;
  readonly moved = new Map<string, number>();
  readonly replies = new Map<string, Reply[]>();

  constructor(private readonly start: readonly StockLevel[]) {
    this.state = { stock: start, reservations: [] };
  }

  /** @throws {ImpossibleEvent} and changes nothing then */
  handle(events: readonly OrderEvent[]): void {
    const { opened, changed, stockChanges, movements, replies } = decideReservations(this.state, events);
    const changedBy = new Map(changed.map((reservation) => [reservation.orderId, reservation]));
    const changeOf = new Map(stockChanges.map((change) => [change.itemId, change]));
    const { stock, reservations } = this.state;
    this.state = {
      stock: stock.map((level) => {
        const { onHand = 0, reserved = 0 } = changeOf.get(level.itemId) ?? {};
        return { ...level, onHand: level.onHand + onHand, reserved: level.reserved + reserved };
      }),
      reservations: [...reservations.map((each) => changedBy.get(each.orderId) ?? each), ...opened],
    };
    for (const { itemId, delta } of movements) this.moved.set(itemId, (this.moved.get(itemId) ?? 0) + delta);
    for (const reply of replies)
      this.replies.set(reply.order.orderId, [...(this.replies.get(reply.order.orderId) ?? []), reply]);
  }

  statusOf(orderId: string): string | undefined {
    return this.state.reservations.find((each) => each.orderId === orderId)?.status;
  }

  assertBalanced(): void {
    for (const [n, { itemId, onHand, reserved }] of this.state.stock.entries()) {
      const holding = this.state.reservations.filter(({ status }) => status === 'HELD');
      const pieces = holding.flatMap(heldBy).filter((each) => each.itemId === itemId);
      expect(reserved).toBe(pieces.reduce((sum, { quantity }) => sum + quantity, 0));
      expect(onHand).toBe((this.start[n]?.onHand ?? 0) + (this.moved.get(itemId) ?? 0));
      expect(reserved).toBeLessThanOrEqual(onHand);
    }
  }
}

const levelsOf = ({ stocks }: History): StockLevel[] =>
  stocks.map((level, n) => ({ itemId: ITEMS[n] as string, reserved: 0, ...level }));

/** Of an order with several pieces of its first item, the parts are one piece of it each; its rest is all but the first one. */
function eventOf(kind: History['steps'][number][1], order: OrderFacts): OrderEvent {
  const [first, ...others] = order.items;
  const { itemId = '', quantity = 0 } = first ?? {};
  const rest = quantity > 1 ? [{ itemId, quantity: quantity - 1 }, ...others] : others;
  if (kind === 'partially-fulfilled') return { kind, part: 1, shipment: [{ itemId, quantity: 1 }], ...order };
  if (kind === 'rest-cancelled') return { kind: 'fulfilled', cancelled: rest, ...order };
  return { kind, ...order };
}

/** Events of the orders, repeated and in any order, cut into batches. */
function batchesOf({ orders, steps }: History): OrderEvent[][] {
  const batches: OrderEvent[][] = [[]];
  for (const [order, kind, startsBatch] of steps) {
    const items = orders[order % orders.length] ?? [];
    if (startsBatch) batches.push([]);
    batches.at(-1)?.push(eventOf(kind, { orderId: `o-${order % orders.length}`, customerId: 'CUST-1', items }));
  }
  return batches;
}

/** The batches without the events that the order service never publishes, and the warehouse after handling them one by one. */
function possible(batches: OrderEvent[][], levels: StockLevel[]): { warehouse: Warehouse; batches: OrderEvent[][] } {
  const warehouse = new Warehouse(levels);
  const isPossible = (each: OrderEvent) => {
    try {
      warehouse.handle([each]);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(ImpossibleEvent);
      return false;
    }
  };
  return { batches: batches.map((batch) => batch.filter(isPossible)), warehouse };
}

describe('decideReservations, for any history of many orders,', () => {
  it('keeps reserved the sum of what is held and onHand the sum of the movements, batch after batch', () => {
    fc.assert(
      fc.property(history, (each) => {
        const warehouse = new Warehouse(levelsOf(each));
        for (const batch of possible(batchesOf(each), levelsOf(each)).batches) {
          warehouse.handle(batch);
          warehouse.assertBalanced();
        }
      }),
    );
  });

  it('leads to the same state and replies however the events are cut into batches', () => {
    fc.assert(
      fc.property(history, (each) => {
        const { batches, warehouse: oneByOne } = possible(batchesOf(each), levelsOf(each));
        const together = new Warehouse(levelsOf(each));
        for (const batch of batches) together.handle(batch);
        const sorted = ({ reservations, stock }: StockState) => ({
          stock,
          reservations: reservations.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1)),
        });
        expect(sorted(together.state)).toEqual(sorted(oneByOne.state));
        expect(together.replies).toEqual(oneByOne.replies);
      }),
    );
  });

  it('replies once to an order, and at most once more to its cancellation', () => {
    fc.assert(
      fc.property(history, (each) => {
        const { warehouse } = possible(batchesOf(each), levelsOf(each));
        for (const { orderId, status } of warehouse.state.reservations) {
          const replies = (warehouse.replies.get(orderId) ?? []).map(({ kind }) => kind).join(' ');
          const possibleReplies = {
            HELD: ['reserved'],
            DEDUCTED: ['reserved', 'reserved released'],
            REJECTED: ['insufficient'],
            RELEASED: ['reserved released', 'released'],
            CANCELLED: [''],
          }[status];
          expect(possibleReplies).toContain(replies);
        }
      }),
    );
  });

  it('leaves reservations from which the replies can be reconstructed, whatever the stock is now', () => {
    fc.assert(
      fc.property(history, (each) => {
        const warehouse = new Warehouse(levelsOf(each));
        for (const batch of possible(batchesOf(each), levelsOf(each)).batches) warehouse.handle(batch);
        for (const reservation of warehouse.state.reservations) {
          expect(pastReplies(reservation, [])).toEqual(warehouse.replies.get(reservation.orderId) ?? []);
        }
      }),
    );
  });

  it('leaves nothing held for an order that is cancelled, whichever event came first', () => {
    const races = fc.shuffledSubarray(['created', 'cancelled', 'created', 'cancelled'] as const, { minLength: 4 });
    fc.assert(
      fc.property(races, fc.integer({ min: 1, max: 12 }), fc.nat(3), (kinds, quantity, cut) => {
        const warehouse = new Warehouse([{ itemId: 'CUP', onHand: 10, reserved: 0, lowStockThreshold: 3 }]);
        const events = kinds.map((each): OrderEvent => {
          return { kind: each, orderId: 'o-1', customerId: 'CUST-1', items: [{ itemId: 'CUP', quantity }] };
        });
        warehouse.handle(events.slice(0, cut));
        warehouse.handle(events.slice(cut));
        const isShort = quantity > 10 && kinds[0] === 'created';
        expect(warehouse.statusOf('o-1')).toBe(isShort ? 'REJECTED' : 'RELEASED');
        expect(warehouse.state.stock[0]?.reserved).toBe(0);
      }),
    );
  });
});
