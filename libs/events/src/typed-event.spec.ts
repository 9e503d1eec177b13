import { describe, expect, it } from '@jest/globals';
import { OrderCancelled, OrderCreated, OrderFulfilled } from './order-events.js';
import { type TypedEvent, unhandledEvent } from './typed-event.js';

type Handled = TypedEvent<typeof OrderCreated | typeof OrderCancelled>;

function describeEvent(event: Handled): string {
  switch (event.type) {
    case 'ORDER_CREATED':
      return `costs ${event.data.totalAmount}`;
    case 'ORDER_CANCELLED':
      return `because ${event.data.reason}`;
    default:
      return unhandledEvent(event);
  }
}

describe('a switch over event types', () => {
  it('gives the data of each event to the case of its class', () => {
    const events: Handled[] = [
      { type: OrderCreated.type, data: Object.assign(new OrderCreated(), { totalAmount: 5 }) },
      { type: OrderCancelled.type, data: Object.assign(new OrderCancelled(), { reason: 'it is late' }) },
    ];
    expect(events.map(describeEvent)).toEqual(['costs 5', 'because it is late']);
  });

  it.each(['ORDER_FULFILLED', 'toString', '__proto__'])('throws for a type without a case (%s)', (type) => {
    expect(() => describeEvent({ type, data: new OrderFulfilled() } as never)).toThrow(
      `There is no case for events of type ${type}`,
    );
  });

  it('does not compile without a case for each class', () => {
    const incomplete = (event: Handled) => {
      switch (event.type) {
        case 'ORDER_CREATED':
          return 1;
        default:
          // @ts-expect-error ORDER_CANCELLED has no case
          return unhandledEvent(event);
      }
    };
    expect(incomplete({ type: OrderCreated.type, data: new OrderCreated() })).toBe(1);
  });
});
