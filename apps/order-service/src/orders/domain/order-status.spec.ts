import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type InventoryReply, type OrderStatus, transitionOrder, type Trigger } from './order-status.js';

const at = new Date('2026-01-02T03:04:05Z');
const TRIGGERS: Record<Trigger['kind'], Trigger> = {
  reserved: { kind: 'reserved' },
  insufficient: { kind: 'insufficient', shortages: [{ itemId: 'ITEM-001', requested: 100, available: 57 }] },
  cancelled: { kind: 'cancelled' },
  fulfilled: { kind: 'fulfilled' },
  expired: { kind: 'expired' },
};

describe('transitionOrder', () => {
  it.each<[OrderStatus, Trigger['kind'], OrderStatus | 'unchanged']>([
    ['PENDING', 'reserved', 'CONFIRMED'],
    ['PENDING', 'insufficient', 'REJECTED'],
    ['PENDING', 'cancelled', 'CANCELLED'],
    ['PENDING', 'fulfilled', 'unchanged'],
    ['PENDING', 'expired', 'unchanged'],
    ['CONFIRMED', 'reserved', 'unchanged'],
    ['CONFIRMED', 'insufficient', 'unchanged'],
    ['CONFIRMED', 'cancelled', 'CANCELLED'],
    ['CONFIRMED', 'fulfilled', 'FULFILLED'],
    ['CONFIRMED', 'expired', 'CANCELLED'],
    ['REJECTED', 'reserved', 'unchanged'],
    ['REJECTED', 'insufficient', 'unchanged'],
    ['REJECTED', 'cancelled', 'unchanged'],
    ['REJECTED', 'fulfilled', 'unchanged'],
    ['REJECTED', 'expired', 'unchanged'],
    ['CANCELLED', 'reserved', 'unchanged'],
    ['CANCELLED', 'insufficient', 'unchanged'],
    ['CANCELLED', 'cancelled', 'unchanged'],
    ['CANCELLED', 'fulfilled', 'unchanged'],
    ['CANCELLED', 'expired', 'unchanged'],
    ['FULFILLED', 'reserved', 'unchanged'],
    ['FULFILLED', 'insufficient', 'unchanged'],
    ['FULFILLED', 'cancelled', 'unchanged'],
    ['FULFILLED', 'fulfilled', 'unchanged'],
    ['FULFILLED', 'expired', 'unchanged'],
  ])('takes %s by %s to %s', (status, kind, next) => {
    expect(transitionOrder(status, TRIGGERS[kind], at)?.status ?? 'unchanged').toBe(next);
  });

  it('records the time, and the reason if there is one', () => {
    expect(transitionOrder('PENDING', TRIGGERS.reserved, at)).toEqual({ status: 'CONFIRMED', at });
    expect(transitionOrder('PENDING', TRIGGERS.insufficient, at)).toEqual({
      status: 'REJECTED',
      at,
      reason: 'ITEM-001: 100 requested, 57 available',
      shortages: [{ itemId: 'ITEM-001', requested: 100, available: 57 }],
    });
    expect(transitionOrder('PENDING', { kind: 'insufficient', shortages: [] }, at)).toEqual({ status: 'REJECTED', at });
    expect(transitionOrder('CONFIRMED', TRIGGERS.expired, at)?.reason).toBe('EXPIRED');
    expect(transitionOrder('CONFIRMED', { kind: 'cancelled', reason: 'changed my mind' }, at)?.reason).toBe(
      'changed my mind',
    );
  });
});

/** An order, and an inventory that handles its events late and whose reply arrives late, once or several times. */
class Interleaving {
  status: OrderStatus = 'PENDING';
  held = false;
  private readonly toInventory: ('created' | 'cancelled' | 'fulfilled')[] = ['created'];
  private readonly toOrder: InventoryReply[] = [];
  private delivered: InventoryReply[] = [];
  private cancelledAtInventory = false;

  constructor(private readonly reply: 'reserved' | 'insufficient') {}

  do(step: 'cancelled' | 'fulfilled' | 'deliver to inventory' | 'deliver to order' | 'redeliver to order'): void {
    if (step === 'deliver to inventory') return this.deliverToInventory();
    if (step === 'deliver to order') return this.deliverToOrder(this.toOrder.shift());
    if (step === 'redeliver to order') return this.deliverToOrder(this.delivered.at(-1));
    const change = transitionOrder(this.status, { kind: step }, at);
    if (!change) return;
    this.status = change.status;
    this.toInventory.push(step);
  }

  deliverAll(): void {
    while (this.toInventory.length > 0) this.deliverToInventory();
    while (this.toOrder.length > 0) this.deliverToOrder(this.toOrder.shift());
  }

  private deliverToInventory(): void {
    const event = this.toInventory.shift();
    if (event === 'created') {
      this.held = this.reply === 'reserved';
      this.toOrder.push(TRIGGERS[this.reply] as InventoryReply);
    }
    if (event === 'fulfilled') expect(this.held && !this.cancelledAtInventory).toBe(true);
    if (event === 'cancelled') this.cancelledAtInventory = true;
    if (event === 'cancelled' || event === 'fulfilled') this.held = false;
  }

  private deliverToOrder(reply: InventoryReply | undefined): void {
    if (!reply) return;
    this.delivered = [...this.delivered, reply];
    this.status = transitionOrder(this.status, reply, at)?.status ?? this.status;
  }
}

describe('an order and its reservation', () => {
  const reply = fc.constantFrom('reserved' as const, 'insufficient' as const);
  const step = fc.constantFrom(
    'cancelled' as const,
    'fulfilled' as const,
    'deliver to inventory' as const,
    'deliver to order' as const,
    'redeliver to order' as const,
  );

  it('reach one consistent state, however requests, events and replies interleave', () => {
    fc.assert(
      fc.property(reply, fc.array(step, { maxLength: 12 }), (decision, steps) => {
        const run = new Interleaving(decision);
        for (const each of steps) run.do(each);
        run.deliverAll();
        expect(run.status).not.toBe('PENDING');
        expect(run.held).toBe(run.status === 'CONFIRMED');
      }),
    );
  });

  it('never leave a final status', () => {
    fc.assert(
      fc.property(reply, fc.array(step, { maxLength: 12 }), (decision, steps) => {
        const run = new Interleaving(decision);
        let final: OrderStatus | undefined;
        for (const each of steps) {
          run.do(each);
          if (final) expect(run.status).toBe(final);
          if (['REJECTED', 'CANCELLED', 'FULFILLED'].includes(run.status)) final = run.status;
        }
      }),
    );
  });
});
