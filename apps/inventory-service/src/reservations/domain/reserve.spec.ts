import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Demand, reserve, type StockLevel } from './reserve.js';

const cups: StockLevel = { itemId: 'CUP', onHand: 10, reserved: 2, lowStockThreshold: 3 };
const jugs: StockLevel = { itemId: 'JUG', onHand: 5, reserved: 0, lowStockThreshold: 0 };

function demand(orderId: string, items: Record<string, number>): Demand {
  return {
    orderId,
    customerId: 'CUST-1',
    items: Object.entries(items).map(([itemId, quantity]) => ({ itemId, quantity })),
  };
}

describe('reserve', () => {
  it('reserves all items of an order', () => {
    const order = demand('o-1', { CUP: 2, JUG: 5 });
    const { decisions, increases } = reserve([cups, jugs], [order]);
    expect(decisions).toEqual([{ kind: 'reserved', demand: order }]);
    expect(Object.fromEntries(increases)).toEqual({ CUP: 2, JUG: 5 });
  });

  it('reserves nothing of an order of which one item is short, and says which', () => {
    const order = demand('o-1', { CUP: 2, JUG: 6 });
    const { decisions, increases } = reserve([cups, jugs], [order]);
    expect(decisions).toEqual([
      { kind: 'insufficient', demand: order, shortages: [{ itemId: 'JUG', requested: 6, available: 5 }] },
    ]);
    expect(increases.size).toBe(0);
  });

  it('takes an item that does not exist as short, not as an error', () => {
    const { decisions } = reserve([], [demand('o-1', { GHOST: 1 })]);
    expect(decisions[0]).toMatchObject({ shortages: [{ itemId: 'GHOST', requested: 1, available: 0 }] });
  });

  it('counts what is reserved already', () => {
    expect(reserve([cups], [demand('o-1', { CUP: 9 })]).decisions[0]?.kind).toBe('insufficient');
    expect(reserve([cups], [demand('o-1', { CUP: 8 })]).decisions[0]?.kind).toBe('reserved');
  });

  it('gives the last piece to the first order, and the next order can still have something else', () => {
    const { decisions } = reserve(
      [jugs, cups],
      [demand('o-1', { JUG: 5 }), demand('o-2', { JUG: 1 }), demand('o-3', { CUP: 1 })],
    );
    expect(decisions.map(({ kind }) => kind)).toEqual(['reserved', 'insufficient', 'reserved']);
  });

  it('reports an item as low once, when it falls to its threshold', () => {
    expect(reserve([cups], [demand('o-1', { CUP: 4 })]).low).toEqual([]);
    expect(reserve([cups], [demand('o-1', { CUP: 4 }), demand('o-2', { CUP: 1 })]).low).toEqual([
      { itemId: 'CUP', available: 3, lowStockThreshold: 3 },
    ]);
    expect(reserve([{ ...cups, reserved: 7 }], [demand('o-1', { CUP: 1 })]).low).toEqual([]);
  });

  it('never reserves more than there is, whatever is asked for, and decides every order', () => {
    const itemId = fc.constantFrom('A', 'B', 'C');
    const level = fc
      .record({ itemId, onHand: fc.nat(50), lowStockThreshold: fc.nat(20) })
      .map((l) => ({ ...l, reserved: 0 }));
    const stocks = fc.uniqueArray(level, { selector: (l) => l.itemId });
    const line = fc.record({ itemId, quantity: fc.integer({ min: 1, max: 30 }) });
    const orders = fc.array(fc.uniqueArray(line, { selector: (l) => l.itemId, minLength: 1 }), { maxLength: 20 });
    fc.assert(
      fc.property(stocks, orders, (stock, lists) => {
        const demands = lists.map((items, n) => ({ orderId: `o-${n}`, customerId: 'c', items }));
        const { decisions, increases } = reserve(stock, demands);
        expect(decisions.map(({ demand: { orderId } }) => orderId)).toEqual(demands.map(({ orderId }) => orderId));
        for (const [item, increase] of increases) {
          expect(increase).toBeLessThanOrEqual(stock.find((s) => s.itemId === item)?.onHand ?? 0);
          const held = decisions.flatMap((d) => (d.kind === 'reserved' ? d.demand.items : []));
          expect(held.filter((h) => h.itemId === item).reduce((sum, h) => sum + h.quantity, 0)).toBe(increase);
        }
      }),
    );
  });
});
