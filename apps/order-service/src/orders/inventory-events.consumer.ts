import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { byType, InventoryInsufficient, inventoryEvents, InventoryReserved } from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/messaging';
import type { Transaction } from '@orderflow/postgres';
import { type OrderAnswer, SettleOrders } from './settle-orders.js';

const HANDLED = [InventoryReserved, InventoryInsufficient] as const;

type InventoryAnswer = InstanceType<(typeof HANDLED)[number]>;

@Controller()
export class InventoryEventsConsumer {
  constructor(private readonly settleOrders: SettleOrders) {}

  @EventPattern<string>(inventoryEvents.name, handles(...HANDLED))
  handle(
    @Payload() events: readonly CloudEvent<InventoryAnswer>[],
    @Ctx() context: BatchContext<Transaction>,
  ): Promise<void> {
    return this.settleOrders.execute(context.getTransaction(), events.map(toAnswer));
  }
}

const toAnswer = byType(HANDLED)<OrderAnswer>({
  INVENTORY_RESERVED: ({ orderId }) => ({ orderId, answer: { kind: 'reserved' } }),
  INVENTORY_INSUFFICIENT: ({ orderId, shortages }) => ({ orderId, answer: { kind: 'insufficient', shortages } }),
});
