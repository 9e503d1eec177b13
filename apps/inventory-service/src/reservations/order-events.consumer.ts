import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { OrderCancelled, OrderCreated, orderEvents, OrderFulfilled } from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/kafka';
import type { Transaction } from '@orderflow/postgres';
import type { OrderEvent } from './domain/reservation.js';
import { FollowOrders } from './follow-orders.js';

type Told = OrderCreated | OrderCancelled | OrderFulfilled;

@Controller()
export class OrderEventsConsumer {
  constructor(private readonly followOrders: FollowOrders) {}

  @EventPattern<string>(orderEvents.name, handles(OrderCreated, OrderCancelled, OrderFulfilled))
  handle(@Payload() events: readonly CloudEvent<Told>[], @Ctx() context: BatchContext<Transaction>): Promise<void> {
    return this.followOrders.execute(context.getTransaction(), events.map(toOrderEvent));
  }
}

function toOrderEvent({ data }: CloudEvent<Told>): OrderEvent {
  const { orderId, customerId, items } = data;
  return { kind: kindOf(data), orderId, customerId, items };
}

function kindOf(data: Told): OrderEvent['kind'] {
  if (data instanceof OrderCreated) return 'created';
  return data instanceof OrderCancelled ? 'cancelled' : 'fulfilled';
}
