import { describe, expect, it } from '@jest/globals';
import { checkRun, type Outcome } from './check-run.ts';

const order = (quantity: number) => ({ customerId: 'c', items: [{ itemId: 'CUP', quantity }], totalAmount: 1 });

/** Of three orders, one is confirmed, one rejected and one refused. */
function goodRun() {
  return {
    log: {
      orders: [order(2), order(9), order(1)],
      orderIds: ['a', 'b', undefined] as (string | undefined)[],
      accepted: 2,
      unanswered: 0,
    },
    decisions: new Map<string, { at: number; type: string; contradiction?: string }>([
      ['a', { at: 1, type: 'INVENTORY_RESERVED' }],
      ['b', { at: 1, type: 'INVENTORY_INSUFFICIENT' }],
    ]),
    stock: [{ itemId: 'CUP', onHand: 5, reserved: 2 }],
    pending: 0,
    notifications: 4,
  } satisfies Outcome;
}

const BROKEN: [what: string, act: (run: ReturnType<typeof goodRun>) => unknown][] = [
  ['1 requests without a response', ({ log }) => (log.unanswered = 1)],
  ['1 accepted orders without an id of their own', ({ log }) => (log.accepted = 3)],
  ['1 accepted orders undecided', ({ decisions }) => decisions.delete('b')],
  ['1 decisions of unknown orders', ({ decisions }) => decisions.set('x', { at: 1, type: 'INVENTORY_INSUFFICIENT' })],
  [
    '1 orders decided both ways',
    ({ decisions }) =>
      decisions.set('b', { at: 1, type: 'INVENTORY_INSUFFICIENT', contradiction: 'INVENTORY_RESERVED' }),
  ],
  ['2 orders that the order service takes for undecided', (run) => (run.pending = 2)],
  ['1 notifications too few', (run) => (run.notifications = 3)],
  ['1 notifications too many', (run) => (run.notifications = 5)],
  ['1 items whose reservations are not the confirmed orders', (run) => (run.stock = [])],
  ['1 items sold twice', (run) => (run.stock = [{ itemId: 'CUP', onHand: 1, reserved: 2 }])],
];

describe('the check of a run', () => {
  it('finds nothing where all is well', () => {
    expect(checkRun(goodRun())).toEqual([]);
  });

  it.each(BROKEN)('finds: %s', (what, act) => {
    const run = goodRun();
    act(run);
    expect(checkRun(run)).toEqual([what]);
  });
});
