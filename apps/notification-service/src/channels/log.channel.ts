import { Injectable, Logger } from '@nestjs/common';
import type { Notification } from '../notifications/notification.js';
import type { DeliveryChannel, OutgoingMessage } from './channel.js';

export type WrittenNotification = Pick<Notification, 'notificationId' | 'orderId' | 'customerId' | 'type' | 'subject'>;

/** Writes notifications to the service's own log, for customers without a contact. It sends at once and does not fail. */
@Injectable()
export class LogChannel implements DeliveryChannel {
  readonly channel = 'log';
  readonly unavailableReason = undefined;
  private readonly logger = new Logger('Notification');

  write({ notificationId, orderId, customerId, type, subject }: WrittenNotification): void {
    this.logger.log(`to ${customerId}: ${type}, ${subject}`, { notificationId, orderId });
  }

  /** For those that an operator has sent again. */
  send({ notification }: OutgoingMessage): Promise<void> {
    this.write(notification);
    return Promise.resolve();
  }
}
