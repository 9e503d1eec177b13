import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  OrderCancelled,
  OrderCreated,
  orderEvents,
  OrderFulfilled,
  OrderPartiallyFulfilled,
  type TypedEvent,
  unhandledEvent,
} from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/messaging';
import type { OrderEvent, OrderFacts } from './domain/reservation.js';
import { ReserveStock } from './reserve-stock.js';

const HANDLED = [OrderCreated, OrderCancelled, OrderPartiallyFulfilled, OrderFulfilled] as const;

type HandledEvent = CloudEvent & TypedEvent<(typeof HANDLED)[number]>;

@Controller()
export class OrderEventsConsumer {
  constructor(private readonly reserveStock: ReserveStock) {}

  @EventPattern<string>(orderEvents.name, handles(...HANDLED))
  async handle(@Payload() events: readonly HandledEvent[], @Ctx() context: BatchContext): Promise<void> {
    const happened = events.map((event) => ({ ...toOrderEvent(event), happenedAt: event.time }));
    return this.reserveStock.execute(context.getTransaction(), happened);
  }
}

function toOrderEvent(event: HandledEvent): OrderEvent {
  switch (event.type) {
    case 'ORDER_CREATED':
      return { kind: 'created', ...factsOf(event.data) };
    case 'ORDER_CANCELLED':
      return { kind: 'cancelled', ...factsOf(event.data) };
    case 'ORDER_PARTIALLY_FULFILLED': {
      const { part, shipment } = event.data;
      return { kind: 'partially-fulfilled', part, shipment, ...factsOf(event.data) };
    }
    case 'ORDER_FULFILLED': {
      const { cancelled } = event.data;
      return { kind: 'fulfilled', ...(cancelled && { cancelled }), ...factsOf(event.data) };
    }
    default:
      return unhandledEvent(event);
  }
}

function factsOf({ orderId, customerId, items }: HandledEvent['data']): OrderFacts {
  return { orderId, customerId, items };
}
