import { Injectable, Logger } from '@nestjs/common';
import { causedBy, inSpan, SpanKind, startSpan } from '@orderflow/observability';
import { LogChannel } from './log.channel.js';
import type { Notification, Outgoing } from './notification.js';
import { NotificationsMetrics } from './notifications.metrics.js';

/** One attempt to send one notification by its channel. */
@Injectable()
export class SendNotification {
  private readonly logger = new Logger('Notifications');

  constructor(
    private readonly channel: LogChannel,
    private readonly metrics: NotificationsMetrics,
  ) {}

  /**
   * A span `send notification` in the trace of the event that led to it, however late it is sent.
   * @returns why it could not be sent; undefined where it was. Never rejects.
   */
  async execute({ notification, cause }: Outgoing): Promise<Error | undefined> {
    const { span, trace } = startSpan('send notification', {
      kind: SpanKind.CLIENT,
      attributes: () => ({
        'notification.id': notification.notificationId,
        'notification.type': notification.type,
        'notification.channel': notification.channel,
      }),
      parent: cause.trace,
    });
    try {
      await causedBy({ ...cause, trace }, () => inSpan(span, async () => this.attempt(notification)));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  private attempt(notification: Notification): void {
    const { notificationId, orderId, type, channel } = notification;
    try {
      this.channel.send(notification);
      this.metrics.countAttempt(channel, 'sent');
    } catch (error) {
      this.metrics.countAttempt(channel, 'failed');
      this.logger.debug(`Could not send ${type} (${channel}): ${(error as Error).message}`, {
        notificationId,
        orderId,
      });
      throw error;
    }
  }
}
