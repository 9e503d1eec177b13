import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { OrderCreated, orderEvents } from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/kafka';
import type { Transaction } from '@orderflow/postgres';
import { NotifyCustomers } from './notify-customers.js';

@Controller()
export class OrderEventsConsumer {
  constructor(private readonly notifyCustomers: NotifyCustomers) {}

  @EventPattern<string>(orderEvents.name, handles(OrderCreated))
  handle(
    @Payload() events: readonly CloudEvent<OrderCreated>[],
    @Ctx() context: BatchContext<Transaction>,
  ): Promise<void> {
    return this.notifyCustomers.execute(
      context.getTransaction(),
      events.map(({ data }) => ({ type: 'ORDER_CREATED', order: data })),
    );
  }
}
