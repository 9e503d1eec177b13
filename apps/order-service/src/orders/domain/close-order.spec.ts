import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ClosingAction, closeOrder, type Expiry, leftToShip, MAX_PARTS } from './close-order.js';
import type { OrderLine } from './order-line.js';
import { createOrder, type Order, withChange } from './order.js';
import type { OrderStatus } from './order-status.js';

const at = new Date('2026-01-02T03:04:05Z');
const lines = (items: Record<string, number>): OrderLine[] =>
  Object.entries(items).map(([itemId, quantity]) => ({ itemId, quantity }));
const orderOf = (status: OrderStatus, items: Record<string, number> = { CUP: 3, JUG: 2 }): Order => {
  const order = createOrder({ customerId: 'CUST-1', items: lines(items), totalAmount: 1 }, { orderId: 'o-1', at });
  return status === 'PENDING' ? order : withChange(order, { status, at });
};
const ship = (items?: Record<string, number>): ClosingAction => ({
  kind: 'fulfilled',
  ...(items && { items: lines(items) }),
});
/** The order after the steps that are allowed, and what each step led to. */
function after(order: Order, ...triggers: (ClosingAction | Expiry)[]): { order: Order; kinds: string[] } {
  const kinds: string[] = [];
  for (const trigger of triggers) {
    const closing = closeOrder(order, trigger, { at });
    kinds.push(closing.kind);
    if (closing.kind === 'closed') order = withChange(order, closing.change);
  }
  return { order, kinds };
}
const cancel: ClosingAction = { kind: 'cancelled', reason: 'changed my mind' };

describe('closeOrder', () => {
  it('fulfils or cancels an order at once', () => {
    expect(after(orderOf('CONFIRMED'), ship()).order.history.at(-1)).toEqual({ status: 'FULFILLED', at });
    expect(after(orderOf('CONFIRMED'), ship({ JUG: 2, CUP: 3 })).order.history.at(-1)).toEqual({
      status: 'FULFILLED',
      at,
    });
    expect(after(orderOf('PENDING'), cancel).order.history.at(-1)).toEqual({
      status: 'CANCELLED',
      at,
      reason: 'changed my mind',
    });
    expect(after(orderOf('CONFIRMED'), { kind: 'expired' }).order.history.at(-1)).toEqual({
      status: 'CANCELLED',
      at,
      reason: 'EXPIRED',
    });
  });

  it('says who has closed it, if that is known', () => {
    for (const by of ['customer', 'staff', 'system'] as const)
      expect(closeOrder(orderOf('PENDING'), cancel, { at, by })).toMatchObject({ change: { at, by } });
    expect(closeOrder(orderOf('PENDING'), cancel, { at })).not.toHaveProperty('change.by');
  });

  it('ships an order in parts, of which the last one fulfils it', () => {
    const { order } = after(orderOf('CONFIRMED'), ship({ CUP: 1 }), ship({ CUP: 2, JUG: 1 }), ship());
    expect(order.history.slice(2)).toEqual([
      { status: 'PARTIALLY_FULFILLED', at, part: 1, shipment: lines({ CUP: 1 }) },
      { status: 'PARTIALLY_FULFILLED', at, part: 2, shipment: lines({ CUP: 2, JUG: 1 }) },
      { status: 'FULFILLED', at, part: 3, shipment: lines({ JUG: 1 }) },
    ]);
  });

  it.each<[string, ClosingAction | Expiry, string]>([
    ['cancelled', cancel, 'changed my mind'],
    ['expired', { kind: 'expired' }, 'EXPIRED'],
  ])('ends an order of which a part was shipped as FULFILLED when the rest is %s', (_, trigger, reason) => {
    const { order } = after(orderOf('CONFIRMED'), ship({ CUP: 1 }), trigger);
    expect(order.history.at(-1)).toEqual({ status: 'FULFILLED', at, reason, cancelled: lines({ CUP: 2, JUG: 2 }) });
  });

  it('refuses more than is left, and names it', () => {
    const { order } = after(orderOf('CONFIRMED'), ship({ CUP: 2 }));
    expect(closeOrder(order, ship({ CUP: 2, JUG: 2, PAN: 1 }), { at })).toEqual({
      kind: 'too-many',
      excess: [
        { itemId: 'CUP', requested: 2, left: 1 },
        { itemId: 'PAN', requested: 1, left: 0 },
      ],
    });
  });

  it.each<[OrderStatus]>([['FULFILLED'], ['REJECTED'], ['CANCELLED']])('refuses everything once it is %s', (status) => {
    const { kinds } = after(orderOf(status), ship(), ship({ CUP: 1 }), cancel, { kind: 'expired' });
    expect(kinds).toEqual(['forbidden', 'forbidden', 'forbidden', 'forbidden']);
  });

  it('ships nothing of an order that is not decided', () => {
    expect(after(orderOf('PENDING'), ship(), ship({ CUP: 1 })).kinds).toEqual(['forbidden', 'forbidden']);
  });

  it('bounds the number of shipments', () => {
    const order = orderOf('CONFIRMED', { CUP: 1_000 });
    const { order: shipped, kinds } = after(order, ...Array.from({ length: MAX_PARTS + 1 }, () => ship({ CUP: 1 })));
    expect(kinds.filter((kind) => kind === 'closed').length).toBe(MAX_PARTS - 1);
    expect(kinds.at(-1)).toBe('too-many-parts');
    expect(after(shipped, ship()).order).toMatchObject({ status: 'FULFILLED' });
  });

  it('ships and cancels in all exactly what was ordered, whatever is asked for', () => {
    const quantity = fc.integer({ min: 1, max: 5 });
    const items = fc.dictionary(fc.constantFrom('CUP', 'JUG', 'PAN'), quantity, { minKeys: 1 });
    const trigger = fc.oneof(
      items.map((each) => ship(each)),
      fc.constantFrom<ClosingAction | Expiry>(ship(), cancel, { kind: 'expired' }),
    );
    fc.assert(
      fc.property(items, fc.array(trigger, { maxLength: 12 }), (ordered, triggers) => {
        const { order } = after(orderOf('CONFIRMED', ordered), ...triggers);
        const isWhole = order.status === 'CANCELLED' || order.history.every(({ shipment }) => !shipment);
        const left = order.status === 'FULFILLED' && isWhole ? [] : leftToShip(order);
        const cancelled = order.history.flatMap(({ cancelled: rest = [] }) => rest);
        const shipped = order.history.flatMap(({ shipment = [] }) => shipment);
        if (order.status === 'PARTIALLY_FULFILLED') expect(left.length).toBeGreaterThan(0);
        if (order.status === 'FULFILLED' && !isWhole) expect(left).toEqual(cancelled);
        const total = (all: readonly OrderLine[]) => all.reduce((sum, each) => sum + each.quantity, 0);
        if (!isWhole) expect(total(shipped) + total(left)).toBe(total(order.items));
      }),
    );
  });
});
