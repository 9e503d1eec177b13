import { Injectable } from '@nestjs/common';
import { causeOf } from '@orderflow/observability';
import type { Transaction } from '@orderflow/postgres';
import { v7 as uuidv7 } from 'uuid';
import { compose, type Occasion } from './domain/compose.js';
import type { Outgoing } from './notification.js';
import { NotificationsRepository } from './notifications.repository.js';
import { SendNotifications } from './send-notifications.js';

/** What a customer is told of, and the event that says so. */
export interface Told {
  readonly eventId: string;
  readonly occasion: Occasion;
}

/** Writes one notification for each occasion and channel of the customer; they are sent after the commit. */
@Injectable()
export class NotifyCustomers {
  constructor(
    private readonly notifications: NotificationsRepository,
    private readonly sendNotifications: SendNotifications,
  ) {}

  async execute(tx: Transaction, told: readonly Told[]): Promise<void> {
    const createdAt = new Date();
    const written = told.map(({ eventId, occasion }): Outgoing => {
      const letter = compose(occasion);
      const [notificationId, channel, status] = [uuidv7(), 'log', 'PENDING'] as const;
      const notification = {
        ...letter,
        notificationId,
        channel,
        status,
        attempts: 0,
        createdAt,
        sentAt: null,
        lastError: null,
      };
      return { notification, cause: { ...causeOf(letter.orderId), eventId } };
    });
    await this.notifications.insert(tx, written);
    tx.onCommit(() => this.sendNotifications.send(written));
  }
}
