import { describe, expect, it } from '@jest/globals';
import { checkDecidedMeanwhile } from './decided-meanwhile.ts';

const LOCKED = { fault: 'outside-lock', details: { itemId: 'LOCKED', durationMs: 60_000 }, from: 100_000, to: 160_000 };

function evidenceOf(acceptedAt: number, decidedAt: number | undefined, { itemId = 'OTHER', faults = [LOCKED] } = {}) {
  const history = [acceptedAt, ...(decidedAt === undefined ? [] : [decidedAt])];
  const order = { orderId: 'o', history: history.map((at) => ({ status: 'X', at: new Date(at).toISOString() })) };
  const booked = { orderId: 'o', acceptedAt, plan: { body: { items: [{ itemId, quantity: 1 }] } } };
  return { book: { orders: [booked] }, orders: new Map([['o', order]]), faults } as never;
}

describe('checkDecidedMeanwhile', () => {
  it('finds an order of another item that is decided only after the lock is released, or never', () => {
    expect(checkDecidedMeanwhile(evidenceOf(110_000, 161_000))).toMatchObject([
      { check: 'decided-meanwhile', orderId: 'o' },
    ]);
    expect(checkDecidedMeanwhile(evidenceOf(110_000, undefined))).toHaveLength(1);
  });

  it('checks the rest of a lock that began soon after another fault, until the next fault', () => {
    const before = { ...LOCKED, fault: 'kill-postgres', from: 85_000, to: 85_000 };
    const after = { ...LOCKED, fault: 'kill-postgres', from: 155_000, to: 156_000 };
    const faults = [before, LOCKED, after];
    expect(checkDecidedMeanwhile(evidenceOf(120_000, 156_000, { faults }))).toHaveLength(1);
    expect(checkDecidedMeanwhile(evidenceOf(120_000, 154_000, { faults }))).toEqual([]);
    expect(checkDecidedMeanwhile(evidenceOf(145_000, 157_000, { faults }))).toEqual([]);
  });

  it.each<[string, Parameters<typeof evidenceOf>]>([
    ['an order that is decided while the lock is held', [110_000, 150_000]],
    ['an order of the locked item', [110_000, 161_000, { itemId: 'LOCKED' }]],
    ['an order that came shortly before the end', [150_000, 161_000]],
    [
      'a time in which something else had failed',
      [110_000, 161_000, { faults: [LOCKED, { ...LOCKED, fault: 'kill-postgres', from: 90_000, to: 95_000 }] }],
    ],
  ])('lets pass %s', (_what, given) => {
    expect(checkDecidedMeanwhile(evidenceOf(...given))).toEqual([]);
  });
});
