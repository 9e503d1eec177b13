import { describe, expect, it } from '@jest/globals';
import { byType } from './by-type.js';
import { OrderCancelled, OrderCreated, OrderFulfilled } from './order-events.js';

const HANDLED = [OrderCreated, OrderCancelled] as const;
const describeEvent = byType(HANDLED)<string>({
  ORDER_CREATED: ({ totalAmount }) => `costs ${totalAmount}`,
  ORDER_CANCELLED: ({ reason }) => `since ${reason}`,
});

describe('byType', () => {
  it('gives the data of each event to the case of its class', () => {
    const events = [
      { type: OrderCreated.type, data: Object.assign(new OrderCreated(), { totalAmount: 5 }) },
      { type: OrderCancelled.type, data: Object.assign(new OrderCancelled(), { reason: 'late' }) },
    ];
    expect(events.map(describeEvent)).toEqual(['costs 5', 'since late']);
  });

  it.each(['ORDER_FULFILLED', 'toString', '__proto__'])('throws for a type without a case (%s)', (type) => {
    expect(() => describeEvent({ type, data: new OrderFulfilled() } as never)).toThrow(
      `There is no case for events of type ${type}`,
    );
  });

  it('does not compile without a case for each class', () => {
    // @ts-expect-error ORDER_CANCELLED is missing
    expect(byType(HANDLED)<number>({ ORDER_CREATED: () => 1 })).toBeDefined();
  });
});
