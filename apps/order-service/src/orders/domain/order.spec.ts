import { describe, expect, it } from '@jest/globals';
import { asPlaced, createOrder, withChange } from './order.js';

const at = new Date('2026-01-02T03:04:05Z');
const request = { customerId: 'CUST-1', items: [{ itemId: 'ITEM-001', quantity: 2 }], totalAmount: 25 };

describe('createOrder', () => {
  it('makes a pending order whose history starts when it is placed', () => {
    expect(createOrder(request, { orderId: 'o-1', at })).toEqual({
      ...request,
      orderId: 'o-1',
      status: 'PENDING',
      history: [{ status: 'PENDING', at }],
      createdAt: at,
    });
    expect(createOrder(request, { orderId: 'o-1', at, by: 'staff' }).history).toEqual([
      { status: 'PENDING', at, by: 'staff' },
    ]);
  });
});

describe('withChange', () => {
  it('sets the new status and appends it to the history', () => {
    const change = { status: 'CANCELLED', at, reason: 'changed my mind' } as const;
    const order = withChange(createOrder(request, { orderId: 'o-1', at }), change);
    expect(order).toMatchObject({ ...request, status: 'CANCELLED', history: [{ status: 'PENDING', at }, change] });
  });
});

describe('asPlaced', () => {
  it('equals the order of the first response, byte for byte', () => {
    const placed = createOrder({ ...request, currency: 'EUR' }, { orderId: 'o-1', at, by: 'customer' });
    const later = withChange(withChange(placed, { status: 'CONFIRMED', at }), { status: 'CANCELLED', at });
    expect(JSON.stringify(asPlaced(later))).toBe(JSON.stringify(placed));
  });
});
