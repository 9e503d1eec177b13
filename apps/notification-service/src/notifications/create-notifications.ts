import { Injectable } from '@nestjs/common';
import { causeOf } from '@orderflow/observability';
import type { Transaction } from '@orderflow/postgres';
import { v7 as uuidv7 } from 'uuid';
import { composeNotification, type Occasion } from './domain/compose-notification.js';
import type { OutgoingNotification } from './notification.js';
import { NotificationsRepository } from './notifications.repository.js';
import { SendNotifications } from './sending/send-notifications.js';

/** What to notify a customer of, and the event that it comes from. */
export interface NotificationRequest {
  readonly eventId: string;
  readonly occasion: Occasion;
}

/** Stores one notification for each request, and has it sent. */
@Injectable()
export class CreateNotifications {
  constructor(
    private readonly notifications: NotificationsRepository,
    private readonly sendNotifications: SendNotifications,
  ) {}

  async execute(tx: Transaction, requests: readonly NotificationRequest[]): Promise<void> {
    const createdAt = new Date();
    const fresh = requests.map((request) => toNotification(request, createdAt));
    const created = await this.sendNotifications.sendAtOnce(fresh);
    this.notifications.insert(tx, created);
    tx.onCommit(() => this.sendNotifications.send(created));
  }
}

function toNotification({ eventId, occasion }: NotificationRequest, createdAt: Date): OutgoingNotification {
  const notification = {
    ...composeNotification(occasion),
    notificationId: uuidv7(),
    channel: 'log',
    status: 'PENDING',
    attempts: 0,
    createdAt,
    sentAt: null,
    lastError: null,
  } as const;
  return { notification, cause: { ...causeOf(notification.orderId), eventId } };
}
