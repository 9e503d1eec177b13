import { Injectable } from '@nestjs/common';
import { causeOf } from '@orderflow/observability';
import { Erasures } from '@orderflow/personal-data';
import type { Transaction } from '@orderflow/postgres';
import { v7 as uuidv7 } from 'uuid';
import { LogChannel } from '../channels/log.channel.js';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import { Deliveries } from '../deliveries/deliveries.js';
import { DeliveryQueue } from '../deliveries/delivery-queue.js';
import { RenderNotification } from '../templates/render-notification.js';
import { channelsFor, hostOf } from './channels-for.js';
import type { Occasion } from './domain/compose-notification.js';
import type { Channel } from './notification.js';
import { DeliveryMetrics } from '../deliveries/delivery.metrics.js';
import { type NewNotification, NotificationsRepository } from './notifications.repository.js';
import { inSendSpan } from './send-span.js';

/** What to notify a customer of, and the event that it comes from. */
export interface NotificationRequest {
  readonly eventId: string;
  readonly occasion: Occasion;
  /** RFC 3339, of the event. */
  readonly happenedAt: string;
}

interface HostedNotification extends NewNotification {
  readonly host: string;
}

/**
 * Stores a notification for each channel of each request's customer. Those through `log` are sent at once and stored as SENT;
 * the others are queued. Nobody is notified of what happened before their erasure.
 */
@Injectable()
export class CreateNotifications {
  constructor(
    private readonly erasures: Erasures,
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
    const [nameAt, contacts] = await Promise.all([
      this.erasures.namesAt(tx, customerIds),
      this.contacts.ofCustomers(tx, customerIds),
    ]);
    const created: HostedNotification[] = [];
    for (const { eventId, occasion, happenedAt } of requests) {
      if (nameAt(occasion.order.customerId, happenedAt) !== occasion.order.customerId) continue;
      const contact = contacts.get(occasion.order.customerId);
      const cause = { ...causeOf(occasion.order.orderId), eventId };
      for (const channel of channelsFor(contact, occasion.type)) {
        const described = describe(occasion, channel);
        const facts = { notificationId: described.notificationId, happenedAt };
        const { content, ...text } = this.render.execute(occasion, channel, contact?.language ?? 'en', facts);
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
    return { ...one, notification: { ...notification, status: 'SENT', attempts: 1 } };
  }
}

function describe(
  { type, order: { customerId, orderId } }: Occasion,
  channel: Channel,
): Omit<NewNotification['notification'], 'subject' | 'body'> {
  return {
    ...{ notificationId: uuidv7(), customerId, orderId, type, channel },
    ...{ status: 'PENDING', attempts: 0, lastError: null },
  };
}
