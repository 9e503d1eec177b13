import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { byType, OrderCancelled, OrderCreated, orderEvents, OrderFulfilled } from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/messaging';
import type { Transaction } from '@orderflow/postgres';
import type { OrderEvent } from './domain/reservation.js';
import { FollowOrders } from './follow-orders.js';

const HANDLED = [OrderCreated, OrderCancelled, OrderFulfilled] as const;

type Told = InstanceType<(typeof HANDLED)[number]>;

@Controller()
export class OrderEventsConsumer {
  constructor(private readonly followOrders: FollowOrders) {}

  @EventPattern<string>(orderEvents.name, handles(...HANDLED))
  handle(@Payload() events: readonly CloudEvent<Told>[], @Ctx() context: BatchContext<Transaction>): Promise<void> {
    return this.followOrders.execute(context.getTransaction(), events.map(toOrderEvent));
  }
}

const toOrderEvent = byType(HANDLED)<OrderEvent>({
  ORDER_CREATED: (data) => orderEvent('created', data),
  ORDER_CANCELLED: (data) => orderEvent('cancelled', data),
  ORDER_FULFILLED: (data) => orderEvent('fulfilled', data),
});

function orderEvent(kind: OrderEvent['kind'], { orderId, customerId, items }: Told): OrderEvent {
  return { kind, orderId, customerId, items };
}
