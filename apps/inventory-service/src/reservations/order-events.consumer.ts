import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  OrderCancelled,
  OrderCreated,
  orderEvents,
  OrderFulfilled,
  type TypedEvent,
  unhandledEvent,
} from '@orderflow/events';
import { type BatchContext, handles } from '@orderflow/messaging';
import type { OrderEvent } from './domain/reservation.js';
import { ReserveStock } from './reserve-stock.js';

const HANDLED = [OrderCreated, OrderCancelled, OrderFulfilled] as const;

type HandledEvent = TypedEvent<(typeof HANDLED)[number]>;

@Controller()
export class OrderEventsConsumer {
  constructor(private readonly reserveStock: ReserveStock) {}

  @EventPattern<string>(orderEvents.name, handles(...HANDLED))
  handle(@Payload() events: readonly HandledEvent[], @Ctx() context: BatchContext): Promise<void> {
    return this.reserveStock.execute(context.getTransaction(), events.map(toOrderEvent));
  }
}

function toOrderEvent(event: HandledEvent): OrderEvent {
  switch (event.type) {
    case 'ORDER_CREATED':
      return orderEvent('created', event.data);
    case 'ORDER_CANCELLED':
      return orderEvent('cancelled', event.data);
    case 'ORDER_FULFILLED':
      return orderEvent('fulfilled', event.data);
    default:
      return unhandledEvent(event);
  }
}

function orderEvent(kind: OrderEvent['kind'], { orderId, customerId, items }: HandledEvent['data']): OrderEvent {
  return { kind, orderId, customerId, items };
}
