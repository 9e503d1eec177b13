import { describe, expect, it } from '@jest/globals';
import { pastReplies } from './past-replies.js';
import type { Reservation, ReservationStatus } from './reservation.js';

const order = { orderId: 'o-1', customerId: 'CUST-1', items: [{ itemId: 'CUP', quantity: 5 }] };
const cups = (onHand: number) => ({ itemId: 'CUP', onHand, reserved: 2, lowStockThreshold: 0 });
const stored = (status: ReservationStatus, shortages: Reservation['shortages']): Reservation => ({
  ...order,
  status,
  shortages,
  parts: 0,
  remaining: null,
});

describe('pastReplies', () => {
  it.each<[ReservationStatus, string[]]>([
    ['HELD', ['reserved']],
    ['DEDUCTED', ['reserved']],
    ['RELEASED', ['reserved', 'released']],
  ])('of a reservation that is %s are %j', (status, kinds) => {
    expect(pastReplies(stored(status, []), [])).toEqual(kinds.map((kind) => ({ kind, order })));
  });

  it('are the reservation and the release of the rest, if the rest was cancelled after a part had been shipped', () => {
    const rest = [{ itemId: 'CUP', quantity: 2 }];
    expect(pastReplies({ ...stored('DEDUCTED', []), parts: 1, remaining: rest }, [])).toEqual([
      { kind: 'reserved', order },
      { kind: 'released', order: { ...order, items: rest } },
    ]);
    expect(pastReplies({ ...stored('HELD', []), parts: 1, remaining: rest }, [])).toEqual([
      { kind: 'reserved', order },
    ]);
  });

  it('name the shortages of the time of the decision, whatever the stock is now', () => {
    const shortages = [{ itemId: 'CUP', requested: 5, available: 4 }];
    expect(pastReplies(stored('REJECTED', shortages), [cups(100)])).toEqual([
      { kind: 'insufficient', order, shortages },
    ]);
  });

  it('are none while the order has not arrived after its cancellation, and the release once it has', () => {
    expect(pastReplies(stored('CANCELLED', null), [])).toEqual([]);
    expect(pastReplies(stored('RELEASED', null), [])).toEqual([{ kind: 'released', order }]);
  });
});

describe('pastReplies of a reservation decided before shortages were stored', () => {
  it.each([
    ['the current shortages', 3, [{ itemId: 'CUP', requested: 5, available: 1 }]],
    ['no shortage if everything is in stock now', 7, []],
  ])('name %s', (_, onHand, shortages) => {
    expect(pastReplies(stored('REJECTED', null), [cups(onHand)])).toEqual([{ kind: 'insufficient', order, shortages }]);
  });

  it('are the reply that its status implies', () => {
    const kinds = (['HELD', 'DEDUCTED', 'RELEASED'] as const).map((status) =>
      pastReplies(stored(status, null), []).map(({ kind }) => kind),
    );
    expect(kinds).toEqual([['reserved'], ['reserved'], ['released']]);
  });
});
