import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { OrderCancelled, OrderCreated, orderEvents, OrderFulfilled } from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/kafka';
import type { Transaction } from '@orderflow/postgres';
import type { Occasion } from './domain/compose.js';
import { NotifyCustomers } from './notify-customers.js';

type OrderEvent = OrderCreated | OrderCancelled | OrderFulfilled;

@Controller()
export class OrderEventsConsumer {
  constructor(private readonly notifyCustomers: NotifyCustomers) {}

  @EventPattern<string>(orderEvents.name, handles(OrderCreated, OrderCancelled, OrderFulfilled))
  handle(
    @Payload() events: readonly CloudEvent<OrderEvent>[],
    @Ctx() context: BatchContext<Transaction>,
  ): Promise<void> {
    return this.notifyCustomers.execute(
      context.getTransaction(),
      events.map(({ id, data }) => ({ eventId: id, occasion: toOccasion(data) })),
    );
  }
}

function toOccasion(data: OrderEvent): Occasion {
  if (data instanceof OrderCreated) return { type: 'ORDER_CREATED', order: data };
  if (data instanceof OrderCancelled) return { type: 'ORDER_CANCELLED', order: data, reason: data.reason };
  return { type: 'ORDER_FULFILLED', order: data };
}
