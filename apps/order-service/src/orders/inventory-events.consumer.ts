import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { InventoryInsufficient, inventoryEvents, InventoryReserved } from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/kafka';
import type { Transaction } from '@orderflow/postgres';
import { type OrderAnswer, SettleOrders } from './settle-orders.js';

type InventoryAnswer = InventoryReserved | InventoryInsufficient;

@Controller()
export class InventoryEventsConsumer {
  constructor(private readonly settleOrders: SettleOrders) {}

  @EventPattern<string>(inventoryEvents.name, handles(InventoryReserved, InventoryInsufficient))
  handle(
    @Payload() events: readonly CloudEvent<InventoryAnswer>[],
    @Ctx() context: BatchContext<Transaction>,
  ): Promise<void> {
    return this.settleOrders.execute(context.getTransaction(), events.map(toAnswer));
  }
}

function toAnswer({ data }: CloudEvent<InventoryAnswer>): OrderAnswer {
  const { orderId } = data;
  if (data instanceof InventoryReserved) return { orderId, answer: { kind: 'reserved' } };
  return { orderId, answer: { kind: 'insufficient', shortages: (data as InventoryInsufficient).shortages } };
}
