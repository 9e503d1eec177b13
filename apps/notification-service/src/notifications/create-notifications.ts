import { Injectable } from '@nestjs/common';
import { causeOf } from '@orderflow/observability';
import type { Transaction } from '@orderflow/postgres';
import { v7 as uuidv7 } from 'uuid';
import { LogChannel } from '../channels/log.channel.js';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import { Deliveries } from '../deliveries/deliveries.js';
import { DeliveryQueue } from '../deliveries/delivery-queue.js';
import { RenderNotification } from '../templates/render-notification.js';
import { channelsFor, hostOf } from './channels-for.js';
import type { Occasion } from './domain/compose-notification.js';
import type { Channel, Notification } from './notification.js';
import { DeliveryMetrics } from '../deliveries/delivery.metrics.js';
import { type NewNotification, NotificationsRepository } from './notifications.repository.js';
import { inSendSpan } from './send-span.js';

/** What to notify a customer of, and the event that it comes from. */
export interface NotificationRequest {
  readonly eventId: string;
  readonly occasion: Occasion;
}

interface HostedNotification extends NewNotification {
  readonly host: string;
}

/**
 * Stores a notification for each channel of each request's customer. Those through `log` are sent at once and stored as SENT;
 * the others are queued.
 */
@Injectable()
export class CreateNotifications {
  constructor(
    private readonly contacts: ContactsRepository,
    private readonly render: RenderNotification,
    private readonly notifications: NotificationsRepository,
    private readonly log: LogChannel,
    private readonly queue: DeliveryQueue,
    private readonly deliveries: Deliveries,
    private readonly metrics: DeliveryMetrics,
  ) {}

  async execute(tx: Transaction, requests: readonly NotificationRequest[]): Promise<void> {
    const customerIds = [...new Set(requests.map(({ occasion }) => occasion.order.customerId))];
    const contacts = await this.contacts.ofCustomers(tx, customerIds);
    const createdAt = new Date();
    const created: HostedNotification[] = [];
    for (const { eventId, occasion } of requests) {
      const contact = contacts.get(occasion.order.customerId);
      const cause = { ...causeOf(occasion.order.orderId), eventId };
      for (const channel of channelsFor(contact, occasion.type)) {
        const described = describe({ occasion, channel, createdAt });
        const { content, ...text } = this.render.execute(occasion, channel, contact?.language ?? 'en', described);
        const one = { notification: { ...described, ...text }, content, cause, host: hostOf(channel, contact) };
        created.push(channel === 'log' ? await this.writeToLog(one) : one);
      }
    }
    this.notifications.insert(tx, created);
    const queued = created.flatMap(({ notification, host }) =>
      notification.status === 'PENDING' ? [{ ...notification, host }] : [],
    );
    if (queued.length === 0) return;
    this.queue.add(tx, queued);
    tx.onCommit(() => this.deliveries.wake());
  }

  private async writeToLog(one: HostedNotification): Promise<HostedNotification> {
    const { notification, cause } = one;
    await inSendSpan(notification, cause, () => Promise.resolve(this.log.write(notification)));
    this.metrics.countAttempt('log', 'sent');
    return { ...one, notification: { ...notification, status: 'SENT', attempts: 1, sentAt: new Date() } };
  }
}

function describe({
  occasion: {
    type,
    order: { customerId, orderId },
  },
  channel,
  createdAt,
}: {
  occasion: Occasion;
  channel: Channel;
  createdAt: Date;
}): Omit<Notification, 'subject' | 'body'> {
  return {
    notificationId: uuidv7(),
    ...{ customerId, orderId, type, channel, createdAt },
    ...{ status: 'PENDING', attempts: 0, sentAt: null, lastError: null },
  };
}
