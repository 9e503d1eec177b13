import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { byType, InventoryInsufficient, inventoryEvents, InventoryReserved } from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/messaging';
import type { Transaction } from '@orderflow/postgres';
import type { Occasion } from './domain/compose.js';
import { NotifyCustomers } from './notify-customers.js';

const HANDLED = [InventoryReserved, InventoryInsufficient] as const;

type InventoryAnswer = InstanceType<(typeof HANDLED)[number]>;

@Controller()
export class InventoryEventsConsumer {
  constructor(private readonly notifyCustomers: NotifyCustomers) {}

  @EventPattern<string>(inventoryEvents.name, handles(...HANDLED))
  handle(
    @Payload() events: readonly CloudEvent<InventoryAnswer>[],
    @Ctx() context: BatchContext<Transaction>,
  ): Promise<void> {
    return this.notifyCustomers.execute(
      context.getTransaction(),
      events.map((event) => ({ eventId: event.id, occasion: toOccasion(event) })),
    );
  }
}

const toOccasion = byType(HANDLED)<Occasion>({
  INVENTORY_RESERVED: (order) => ({ type: 'INVENTORY_RESERVED', order }),
  INVENTORY_INSUFFICIENT: (order) => ({ type: 'INVENTORY_INSUFFICIENT', order, shortages: order.shortages }),
});
