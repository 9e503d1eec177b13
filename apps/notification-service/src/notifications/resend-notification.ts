import { Injectable } from '@nestjs/common';
import { IdempotentRequests, type KeyedRequest } from '@orderflow/idempotency';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import { Deliveries } from '../deliveries/deliveries.js';
import { DeliveryQueue } from '../deliveries/delivery-queue.js';
import { hasChannel, hostOf } from './channels-for.js';
import type { Notification } from './notification.js';
import { NotificationsRepository } from './notifications.repository.js';

export type ResendOutcome =
  | { readonly kind: 'queued'; readonly notification: Notification }
  /** It is being sent already. */
  | { readonly kind: 'pending' }
  /** The customer's contact does not have its channel any more. */
  | { readonly kind: 'no-channel'; readonly notification: Notification }
  | { readonly kind: 'not-found' };

/** Queues a notification that was sent, or that is `FAILED`, once more, with as many attempts as a new one. */
@Injectable()
export class ResendNotification {
  constructor(
    private readonly requests: IdempotentRequests,
    private readonly contacts: ContactsRepository,
    private readonly notifications: NotificationsRepository,
    private readonly queue: DeliveryQueue,
    private readonly deliveries: Deliveries,
  ) {}

  execute(notificationId: string, keyed?: KeyedRequest): Promise<ResendOutcome> {
    return this.requests.once<ResendOutcome>(keyed, 'queued', async (tx) => {
      const notification = await this.notifications.lock(tx, notificationId);
      if (!notification) return { kind: 'not-found' };
      if (notification.status === 'PENDING') return { kind: 'pending' };
      const { channel, customerId } = notification;
      const contact = (await this.contacts.ofCustomers(tx, [customerId])).get(customerId);
      if (!hasChannel(contact, channel)) return { kind: 'no-channel', notification };
      this.notifications.markPending(tx, notificationId);
      this.queue.add(tx, [{ ...notification, host: hostOf(channel, contact) }]);
      tx.onCommit(() => this.deliveries.wake());
      return { kind: 'queued', notification: { ...notification, status: 'PENDING', sentAt: null } };
    });
  }
}
