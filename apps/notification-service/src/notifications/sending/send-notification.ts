import { Injectable, Logger } from '@nestjs/common';
import { causedBy, inSpan, SpanKind, startSpan } from '@orderflow/observability';
import { LogChannel } from './log.channel.js';
import type { Notification, OutgoingNotification } from '../notification.js';
import { NotificationsMetrics } from '../notifications.metrics.js';

/** One attempt to send one notification through its channel. */
@Injectable()
export class SendNotification {
  private readonly logger = new Logger('Notifications');

  constructor(
    private readonly channel: LogChannel,
    private readonly metrics: NotificationsMetrics,
  ) {}

  get isImmediate(): boolean {
    return this.channel.isImmediate;
  }

  /**
   * Records a span `send notification` in the trace of the event that caused it, even if it is sent much later.
   * @returns the error if it could not be sent, else undefined; never rejects
   */
  async execute({ notification, cause }: OutgoingNotification): Promise<Error | undefined> {
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
      this.logger.debug(`Could not send ${type} through ${channel}: ${(error as Error).message}`, {
        notificationId,
        orderId,
      });
      throw error;
    }
  }
}
