import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  OrderCancelled,
  OrderCreated,
  orderEvents,
  OrderFulfilled,
  OrderPartiallyFulfilled,
  type TypedEvent,
  unhandledEvent,
} from '@orderflow/events';
import { type BatchContext, type CloudEvent, handles } from '@orderflow/messaging';
import { CreateNotifications } from './create-notifications.js';
import type { Occasion } from './domain/compose-notification.js';

const HANDLED = [OrderCreated, OrderCancelled, OrderPartiallyFulfilled, OrderFulfilled] as const;

type HandledEvent = CloudEvent & TypedEvent<(typeof HANDLED)[number]>;

@Controller()
export class OrderEventsConsumer {
  constructor(private readonly createNotifications: CreateNotifications) {}

  @EventPattern<string>(orderEvents.name, handles(...HANDLED))
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
    case 'ORDER_CREATED':
      return { type: 'ORDER_CREATED', order: event.data };
    case 'ORDER_CANCELLED':
      return { type: 'ORDER_CANCELLED', order: event.data, reason: event.data.reason };
    case 'ORDER_PARTIALLY_FULFILLED':
      return { type: 'ORDER_PARTIALLY_FULFILLED', order: event.data, shipment: event.data.shipment };
    case 'ORDER_FULFILLED': {
      const { shipment, cancelled, reason } = event.data;
      return { type: 'ORDER_FULFILLED', order: event.data, shipment, cancelled, reason };
    }
    default:
      return unhandledEvent(event);
  }
}
