import { describe, expect, it } from '@jest/globals';
import { type Answer, type OrderStatus, place, settle } from './order.js';

const at = new Date('2026-01-02T03:04:05Z');
const reserved: Answer = { kind: 'reserved' };
const insufficient: Answer = {
  kind: 'insufficient',
  shortages: [{ itemId: 'ITEM-001', requested: 100, available: 57 }],
};

describe('place', () => {
  it('makes a pending order whose history starts with its arrival', () => {
    const request = { customerId: 'CUST-1', items: [{ itemId: 'ITEM-001', quantity: 2 }], totalAmount: 25 };
    expect(place(request, { orderId: 'o-1', at })).toEqual({
      ...request,
      orderId: 'o-1',
      status: 'PENDING',
      history: [{ status: 'PENDING', at }],
      createdAt: at,
    });
  });
});

describe('settle', () => {
  it('confirms a pending order whose items are reserved', () => {
    expect(settle('PENDING', reserved, at)).toEqual({ status: 'CONFIRMED', at });
  });

  it('rejects a pending order that inventory cannot serve, and says which items are short', () => {
    expect(settle('PENDING', insufficient, at)).toEqual({
      status: 'REJECTED',
      at,
      reason: 'ITEM-001: 100 requested, 57 available',
    });
  });

  it.each<[OrderStatus, Answer]>([
    ['CONFIRMED', reserved],
    ['CONFIRMED', insufficient],
    ['REJECTED', reserved],
    ['REJECTED', insufficient],
  ])('leaves a %s order as it is', (status, answer) => {
    expect(settle(status, answer, at)).toBeUndefined();
  });
});
