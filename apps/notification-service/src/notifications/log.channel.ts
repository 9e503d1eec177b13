import { Injectable, Logger } from '@nestjs/common';
import type { Notification } from './notification.js';

/** Tells customers by a line of the service's log: for shops that have connected no other channel yet. */
@Injectable()
export class LogChannel {
  private readonly logger = new Logger('Notification');

  send({ notificationId, orderId, customerId, type, subject }: Notification): void {
    this.logger.log(`to ${customerId}: ${type}, ${subject}`, { notificationId, orderId });
  }
}
