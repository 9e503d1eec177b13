import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { byType, OrderCancelled, OrderCreated, orderEvents, OrderFulfilled } from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/messaging';
import type { Transaction } from '@orderflow/postgres';
import type { Occasion } from './domain/compose.js';
import { NotifyCustomers } from './notify-customers.js';

const HANDLED = [OrderCreated, OrderCancelled, OrderFulfilled] as const;

type OrderEvent = InstanceType<(typeof HANDLED)[number]>;

@Controller()
export class OrderEventsConsumer {
  constructor(private readonly notifyCustomers: NotifyCustomers) {}

  @EventPattern<string>(orderEvents.name, handles(...HANDLED))
  handle(
    @Payload() events: readonly CloudEvent<OrderEvent>[],
    @Ctx() context: BatchContext<Transaction>,
  ): Promise<void> {
    return this.notifyCustomers.execute(
      context.getTransaction(),
      events.map((event) => ({ eventId: event.id, occasion: toOccasion(event) })),
    );
  }
}

const toOccasion = byType(HANDLED)<Occasion>({
  ORDER_CREATED: (order) => ({ type: 'ORDER_CREATED', order }),
  ORDER_CANCELLED: (order) => ({ type: 'ORDER_CANCELLED', order, reason: order.reason }),
  ORDER_FULFILLED: (order) => ({ type: 'ORDER_FULFILLED', order }),
});
