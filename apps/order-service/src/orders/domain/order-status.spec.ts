import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answer, type OrderStatus, transition, type Trigger } from './order-status.js';

const at = new Date('2026-01-02T03:04:05Z');
const TRIGGERS: Record<Trigger['kind'], Trigger> = {
  reserved: { kind: 'reserved' },
  insufficient: { kind: 'insufficient', shortages: [{ itemId: 'ITEM-001', requested: 100, available: 57 }] },
  cancelled: { kind: 'cancelled' },
  fulfilled: { kind: 'fulfilled' },
};

describe('transition', () => {
  it.each<[OrderStatus, Trigger['kind'], OrderStatus | 'unchanged']>([
    ['PENDING', 'reserved', 'CONFIRMED'],
    ['PENDING', 'insufficient', 'REJECTED'],
    ['PENDING', 'cancelled', 'CANCELLED'],
    ['PENDING', 'fulfilled', 'unchanged'],
    ['CONFIRMED', 'reserved', 'unchanged'],
    ['CONFIRMED', 'insufficient', 'unchanged'],
    ['CONFIRMED', 'cancelled', 'CANCELLED'],
    ['CONFIRMED', 'fulfilled', 'FULFILLED'],
    ['REJECTED', 'reserved', 'unchanged'],
    ['REJECTED', 'insufficient', 'unchanged'],
    ['REJECTED', 'cancelled', 'unchanged'],
    ['REJECTED', 'fulfilled', 'unchanged'],
    ['CANCELLED', 'reserved', 'unchanged'],
    ['CANCELLED', 'insufficient', 'unchanged'],
    ['CANCELLED', 'cancelled', 'unchanged'],
    ['CANCELLED', 'fulfilled', 'unchanged'],
    ['FULFILLED', 'reserved', 'unchanged'],
    ['FULFILLED', 'insufficient', 'unchanged'],
    ['FULFILLED', 'cancelled', 'unchanged'],
    ['FULFILLED', 'fulfilled', 'unchanged'],
  ])('of %s by %s: %s', (status, kind, next) => {
    expect(transition(status, TRIGGERS[kind], at)?.status ?? 'unchanged').toBe(next);
  });

  it('says when, and why where it does not go without saying', () => {
    expect(transition('PENDING', TRIGGERS.reserved, at)).toEqual({ status: 'CONFIRMED', at });
    expect(transition('PENDING', TRIGGERS.insufficient, at)).toEqual({
      status: 'REJECTED',
      at,
      reason: 'ITEM-001: 100 requested, 57 available',
    });
    expect(transition('PENDING', { kind: 'insufficient', shortages: [] }, at)).toEqual({ status: 'REJECTED', at });
    expect(transition('CONFIRMED', { kind: 'cancelled', reason: 'changed my mind' }, at)?.reason).toBe(
      'changed my mind',
    );
  });
});

/** An order, and an inventory that hears of it late and whose answer comes late, once or more often. */
class Story {
  status: OrderStatus = 'PENDING';
  held = false;
  private readonly toInventory: ('created' | 'cancelled' | 'fulfilled')[] = ['created'];
  private readonly toOrder: Answer[] = [];
  private heard: Answer[] = [];
  private cancelledAtInventory = false;

  constructor(private readonly answer: 'reserved' | 'insufficient') {}

  do(step: 'cancelled' | 'fulfilled' | 'inventory hears' | 'order hears' | 'order hears again'): void {
    if (step === 'inventory hears') return this.inventoryHears();
    if (step === 'order hears') return this.orderHears(this.toOrder.shift());
    if (step === 'order hears again') return this.orderHears(this.heard.at(-1));
    const change = transition(this.status, { kind: step }, at);
    if (!change) return;
    this.status = change.status;
    this.toInventory.push(step);
  }

  end(): void {
    while (this.toInventory.length > 0) this.inventoryHears();
    while (this.toOrder.length > 0) this.orderHears(this.toOrder.shift());
  }

  private inventoryHears(): void {
    const event = this.toInventory.shift();
    if (event === 'created') {
      this.held = this.answer === 'reserved';
      this.toOrder.push(TRIGGERS[this.answer] as Answer);
    }
    if (event === 'fulfilled') expect(this.held && !this.cancelledAtInventory).toBe(true);
    if (event === 'cancelled') this.cancelledAtInventory = true;
    if (event === 'cancelled' || event === 'fulfilled') this.held = false;
  }

  private orderHears(answer: Answer | undefined): void {
    if (!answer) return;
    this.heard = [...this.heard, answer];
    this.status = transition(this.status, answer, at)?.status ?? this.status;
  }
}

describe('an order and its inventory', () => {
  const answer = fc.constantFrom('reserved' as const, 'insufficient' as const);
  const step = fc.constantFrom(
    'cancelled' as const,
    'fulfilled' as const,
    'inventory hears' as const,
    'order hears' as const,
    'order hears again' as const,
  );

  it('end in one consistent state, however requests, events and answers interleave', () => {
    fc.assert(
      fc.property(answer, fc.array(step, { maxLength: 12 }), (decision, steps) => {
        const story = new Story(decision);
        for (const each of steps) story.do(each);
        story.end();
        expect(story.status).not.toBe('PENDING');
        expect(story.held).toBe(story.status === 'CONFIRMED');
      }),
    );
  });

  it('never leave an end once it is reached', () => {
    fc.assert(
      fc.property(answer, fc.array(step, { maxLength: 12 }), (decision, steps) => {
        const story = new Story(decision);
        let end: OrderStatus | undefined;
        for (const each of steps) {
          story.do(each);
          if (end) expect(story.status).toBe(end);
          if (['REJECTED', 'CANCELLED', 'FULFILLED'].includes(story.status)) end = story.status;
        }
      }),
    );
  });
});
