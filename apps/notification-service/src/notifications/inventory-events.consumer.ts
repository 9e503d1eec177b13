import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { InventoryInsufficient, inventoryEvents, InventoryReserved } from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/kafka';
import type { Transaction } from '@orderflow/postgres';
import type { Occasion } from './domain/compose.js';
import { NotifyCustomers } from './notify-customers.js';

type InventoryAnswer = InventoryReserved | InventoryInsufficient;

@Controller()
export class InventoryEventsConsumer {
  constructor(private readonly notifyCustomers: NotifyCustomers) {}

  @EventPattern<string>(inventoryEvents.name, handles(InventoryReserved, InventoryInsufficient))
  handle(
    @Payload() events: readonly CloudEvent<InventoryAnswer>[],
    @Ctx() context: BatchContext<Transaction>,
  ): Promise<void> {
    return this.notifyCustomers.execute(
      context.getTransaction(),
      events.map(({ id, data }) => ({ eventId: id, occasion: toOccasion(data) })),
    );
  }
}

function toOccasion(data: InventoryAnswer): Occasion {
  if (data instanceof InventoryReserved) return { type: 'INVENTORY_RESERVED', order: data };
  return { type: 'INVENTORY_INSUFFICIENT', order: data, shortages: (data as InventoryInsufficient).shortages };
}
