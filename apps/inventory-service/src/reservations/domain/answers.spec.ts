import { describe, expect, it } from '@jest/globals';
import { answersOf } from './answers.js';
import type { Reservation, ReservationStatus } from './reservation.js';

const order = { orderId: 'o-1', customerId: 'CUST-1', items: [{ itemId: 'CUP', quantity: 5 }] };
const cups = (onHand: number) => ({ itemId: 'CUP', onHand, reserved: 2, lowStockThreshold: 0 });
const kept = (status: ReservationStatus, shortages: Reservation['shortages']): Reservation => ({
  ...order,
  status,
  shortages,
});

describe('what an order was answered', () => {
  it.each<[ReservationStatus, string[]]>([
    ['HELD', ['reserved']],
    ['DEDUCTED', ['reserved']],
    ['RELEASED', ['reserved', 'released']],
  ])('is known of one that was held and is %s', (status, kinds) => {
    expect(answersOf(kept(status, []), [])).toEqual(kinds.map((kind) => ({ kind, order })));
  });

  it('is what it was short of then, whatever there is now', () => {
    const shortages = [{ itemId: 'CUP', requested: 5, available: 4 }];
    expect(answersOf(kept('REJECTED', shortages), [cups(100)])).toEqual([{ kind: 'insufficient', order, shortages }]);
  });

  it('is nothing where the cancellation came first and the order has not come, and released when it has', () => {
    expect(answersOf(kept('CANCELLED', null), [])).toEqual([]);
    expect(answersOf(kept('RELEASED', null), [])).toEqual([{ kind: 'released', order }]);
  });
});

describe('what an order was answered by a version that did not keep shortages', () => {
  it.each([
    ['what it is short of now', 3, [{ itemId: 'CUP', requested: 5, available: 1 }]],
    ['nothing in particular where all is there now', 7, []],
  ])('is %s', (_, onHand, shortages) => {
    expect(answersOf(kept('REJECTED', null), [cups(onHand)])).toEqual([{ kind: 'insufficient', order, shortages }]);
  });

  it('is that it is held, where it is, and released, where it is', () => {
    const kinds = (['HELD', 'DEDUCTED', 'RELEASED'] as const).map((status) =>
      answersOf(kept(status, null), []).map(({ kind }) => kind),
    );
    expect(kinds).toEqual([['reserved'], ['reserved'], ['released']]);
  });
});
