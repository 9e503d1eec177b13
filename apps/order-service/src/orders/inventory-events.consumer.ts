import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  InventoryInsufficient,
  inventoryEvents,
  InventoryReserved,
  type TypedEvent,
  unhandledEvent,
} from '@orderflow/events';
import { type BatchContext, handles } from '@orderflow/messaging';
import { ApplyInventoryReplies, type OrderReply } from './apply-inventory-replies.js';

const HANDLED = [InventoryReserved, InventoryInsufficient] as const;

type HandledEvent = TypedEvent<(typeof HANDLED)[number]>;

@Controller()
export class InventoryEventsConsumer {
  constructor(private readonly applyReplies: ApplyInventoryReplies) {}

  @EventPattern<string>(inventoryEvents.name, handles(...HANDLED))
  handle(@Payload() events: readonly HandledEvent[], @Ctx() context: BatchContext): Promise<void> {
    return this.applyReplies.execute(context.getTransaction(), events.map(toReply));
  }
}

function toReply(event: HandledEvent): OrderReply {
  const { orderId } = event.data;
  switch (event.type) {
    case 'INVENTORY_RESERVED':
      return { orderId, reply: { kind: 'reserved' } };
    case 'INVENTORY_INSUFFICIENT':
      return { orderId, reply: { kind: 'insufficient', shortages: event.data.shortages } };
    default:
      return unhandledEvent(event);
  }
}
