import { Injectable, Logger } from '@nestjs/common';
import type { Notification } from '../notification.js';

/** Writes notifications to the service's own log, for shops that have not connected another channel yet. */
@Injectable()
export class LogChannel {
  /** Whether it sends at once and cannot fail, so that its notifications need no queue. */
  readonly isImmediate: boolean = true;
  private readonly logger = new Logger('Notification');

  send({ notificationId, orderId, customerId, type, subject }: Notification): void {
    this.logger.log(`to ${customerId}: ${type}, ${subject}`, { notificationId, orderId });
  }
}
