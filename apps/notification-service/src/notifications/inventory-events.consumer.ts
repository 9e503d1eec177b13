import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  InventoryInsufficient,
  inventoryEvents,
  InventoryReserved,
  type TypedEvent,
  unhandledEvent,
} from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/messaging';
import { CreateNotifications } from './create-notifications.js';
import type { Occasion } from './domain/compose-notification.js';

const HANDLED = [InventoryReserved, InventoryInsufficient] as const;

type HandledEvent = CloudEvent & TypedEvent<(typeof HANDLED)[number]>;

@Controller()
export class InventoryEventsConsumer {
  constructor(private readonly createNotifications: CreateNotifications) {}

  @EventPattern<string>(inventoryEvents.name, handles(...HANDLED))
  handle(@Payload() events: readonly HandledEvent[], @Ctx() context: BatchContext): Promise<void> {
    const requests = events.map((event) => ({
      eventId: event.id,
      occasion: toOccasion(event),
      happenedAt: event.time,
    }));
    return this.createNotifications.execute(context.getTransaction(), requests);
  }
}

function toOccasion(event: HandledEvent): Occasion {
  switch (event.type) {
    case 'INVENTORY_RESERVED':
      return { type: 'INVENTORY_RESERVED', order: event.data };
    case 'INVENTORY_INSUFFICIENT':
      return { type: 'INVENTORY_INSUFFICIENT', order: event.data, shortages: event.data.shortages };
    default:
      return unhandledEvent(event);
  }
}
