import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideOrder,
  type InventoryReply,
  ORDER_STATUSES,
  type OrderStatus,
  statusAfter,
  type Step,
} from './order-status.js';

const at = new Date('2026-01-02T03:04:05Z');
const REPLIES: Record<InventoryReply['kind'], InventoryReply> = {
  reserved: { kind: 'reserved' },
  insufficient: { kind: 'insufficient', shortages: [{ itemId: 'ITEM-001', requested: 100, available: 57 }] },
};
const STEPS = ['reserved', 'insufficient', 'partially-fulfilled', 'fulfilled', 'cancelled', 'expired'] as const;

describe('statusAfter', () => {
  it('allows these steps and no others', () => {
    const allowed: Record<OrderStatus, Partial<Record<Step, OrderStatus>>> = {
      PENDING: { reserved: 'CONFIRMED', insufficient: 'REJECTED', cancelled: 'CANCELLED' },
      CONFIRMED: {
        'partially-fulfilled': 'PARTIALLY_FULFILLED',
        fulfilled: 'FULFILLED',
        cancelled: 'CANCELLED',
        expired: 'CANCELLED',
      },
      PARTIALLY_FULFILLED: {
        'partially-fulfilled': 'PARTIALLY_FULFILLED',
        fulfilled: 'FULFILLED',
        cancelled: 'FULFILLED',
        expired: 'FULFILLED',
      },
      FULFILLED: {},
      REJECTED: {},
      CANCELLED: {},
    };
    for (const status of ORDER_STATUSES)
      for (const step of STEPS)
        expect([status, step, statusAfter(step, status)]).toEqual([status, step, allowed[status][step]]);
  });
});

describe('decideOrder', () => {
  it('records the time, and the shortages if there are any', () => {
    expect(decideOrder('PENDING', REPLIES.reserved, at)).toEqual({ status: 'CONFIRMED', at, by: 'system' });
    expect(decideOrder('PENDING', REPLIES.insufficient, at)).toEqual({
      status: 'REJECTED',
      at,
      by: 'system',
      reason: 'ITEM-001: 100 requested, 57 available',
      shortages: [{ itemId: 'ITEM-001', requested: 100, available: 57 }],
    });
    expect(decideOrder('PENDING', { kind: 'insufficient', shortages: [] }, at)).toEqual({
      status: 'REJECTED',
      at,
      by: 'system',
    });
    expect(decideOrder('CONFIRMED', REPLIES.reserved, at)).toBeUndefined();
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
    const next = statusAfter(step, this.status);
    if (!next) return;
    this.status = next;
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
      this.toOrder.push(REPLIES[this.reply]);
    }
    if (event === 'fulfilled') expect(this.held && !this.cancelledAtInventory).toBe(true);
    if (event === 'cancelled') this.cancelledAtInventory = true;
    if (event === 'cancelled' || event === 'fulfilled') this.held = false;
  }

  private deliverToOrder(reply: InventoryReply | undefined): void {
    if (!reply) return;
    this.delivered = [...this.delivered, reply];
    this.status = decideOrder(this.status, reply, at)?.status ?? this.status;
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
