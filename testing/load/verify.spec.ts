import { describe, expect, it } from '@jest/globals';
import type { Placement } from './order-book.ts';
import type { Plan } from './plan.ts';
import { present } from './present.ts';
import type { Outcome } from './read-outcome.ts';
import { verify } from './verify.ts';

const CUSTOMER = 'CUST-1';

interface Run {
  plan: Plan;
  placements: Placement[];
  outcome: Outcome;
}

/** Two orders of one item, of which there are three pieces: the first is confirmed, the second rejected. Anew for each caller. */
function goodRun(): Run {
  const planned = [1, 2].map((number) => ({
    ...{ customerId: CUSTOMER, items: [{ itemId: 'CUP', quantity: 2 }], totalAmount: number },
  }));
  const statuses = ['CONFIRMED', 'REJECTED'];
  return {
    plan: {
      ...{ runId: 'r', customerIds: [CUSTOMER], orders: planned },
      items: [{ itemId: 'CUP', name: 'Cup', onHand: 3 }],
    },
    placements: planned.map((order) => ({
      ...{ order, outcome: 'accepted', orderId: `o${order.totalAmount}`, mayExist: false },
      ...{ attempts: ['201'], startedAt: 1_000, endedAt: 1_010 },
    })),
    outcome: {
      orders: planned.map((order, index) => ({
        ...structuredClone(order),
        ...{ orderId: `o${order.totalAmount}`, status: statuses[index] ?? '' },
        history: ['PENDING', statuses[index] ?? ''].map((status) => ({ status, at: '2026-01-01T00:00:00.000Z' })),
      })),
      stock: [{ itemId: 'CUP', onHand: 3, reserved: 2, available: 1 }],
      notifications: [
        notification('o1', 'ORDER_CREATED'),
        notification('o1', 'INVENTORY_RESERVED'),
        notification('o2', 'ORDER_CREATED'),
        notification('o2', 'INVENTORY_INSUFFICIENT'),
      ],
    },
  };
}

const notification = (orderId: string, type: string) => ({
  ...{ notificationId: `${orderId} ${type}`, orderId, type, status: 'SENT' },
});

const kindsOf = ({ plan, placements, outcome }: Run) => verify(plan, placements, outcome).map(({ kind }) => kind);
const at = <T>(list: T[], index: number) => present(list[index], `no. ${index}`);

/** The kind of violation, and an act that causes it. */
const BROKEN: [kind: string, act: (run: Run) => unknown][] = [
  ['order not accepted', ({ placements }) => (at(placements, 0).outcome = 'refused')],
  ['order lost after its 201', ({ outcome }) => outcome.orders.shift()],
  ['order that no request accounts for', ({ outcome: { orders } }) => orders.push({ ...at(orders, 0), orderId: 'x' })],
  ['order listed twice', ({ outcome: { orders } }) => orders.push(at(orders, 0))],
  ['order altered', ({ outcome }) => (at(at(outcome.orders, 0).items, 0).quantity = 1)],
  ['order undecided', ({ outcome }) => Object.assign(at(outcome.orders, 0), { status: 'PENDING' }).history.pop()],
  ['order not decided exactly once', ({ outcome }) => (at(outcome.orders, 0).status = 'REJECTED')],
  ['item lost', ({ outcome }) => outcome.stock.pop()],
  ['stock sold twice', ({ outcome }) => (at(outcome.stock, 0).available = -1)],
  ['stock that does not add up', ({ outcome }) => (at(outcome.stock, 0).available = 0)],
  ['stock on hand changed', ({ outcome }) => (at(outcome.stock, 0).onHand = 4)],
  ['reservations that are not the confirmed orders', ({ outcome }) => (at(outcome.stock, 0).reserved = 1)],
  ['order rejected though all of it is in stock', ({ outcome }) => (at(outcome.stock, 0).available = 2)],
  ['creation not notified exactly once', ({ outcome }) => outcome.notifications.shift()],
  ['decision not notified exactly once', ({ outcome }) => outcome.notifications.pop()],
  ['wrong decision notified', ({ outcome }) => (at(outcome.notifications, 1).type = 'INVENTORY_INSUFFICIENT')],
  ['notification of another kind', ({ outcome }) => outcome.notifications.push(notification('o1', 'ORDER_CANCELLED'))],
  ['notification not sent', ({ outcome }) => (at(outcome.notifications, 0).status = 'FAILED')],
  ['notification of an unknown order', ({ outcome }) => outcome.notifications.push(notification('x', 'ORDER_CREATED'))],
];

describe('verify', () => {
  it('finds no violation in a correct run', () => {
    expect(kindsOf(goodRun())).toEqual([]);
  });

  it.each(BROKEN)('finds: %s', (kind, act) => {
    const run = goodRun();
    act(run);
    expect(kindsOf(run)).toContain(kind);
  });

  it('accepts one or no order for a request without a response', () => {
    const run = goodRun();
    Object.assign(at(run.placements, 0), { outcome: 'unknown', orderId: undefined, mayExist: true });
    expect(kindsOf(run)).toEqual([]);
    run.outcome.orders.push({ ...at(run.outcome.orders, 0), orderId: 'x' });
    expect(kindsOf(run)).toContain('order that no request accounts for');
  });
});
