import { Injectable, Logger } from '@nestjs/common';
import { because } from '@orderflow/observability';
import type { Notification } from './notification.js';

/** Tells customers by a line of the service's log: for shops that have connected no other channel yet. */
@Injectable()
export class LogChannel {
  private readonly logger = new Logger('Notification');

  send({ notificationId, orderId, customerId, type, subject }: Notification): void {
    const ids = { notificationId, orderId, ...because(notificationId) };
    this.logger.log(`to ${customerId}: ${type}, ${subject}`, ids);
  }
}
