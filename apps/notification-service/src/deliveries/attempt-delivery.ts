import { Injectable, Logger } from '@nestjs/common';
import { type DeliveryChannel, SendFailure } from '../channels/channel.js';
import { DeliveryMetrics } from './delivery.metrics.js';
import { inSendSpan } from '../notifications/send-span.js';
import type { Attempt, Delivery } from './delivery.js';

/** One attempt to send one message. */
@Injectable()
export class AttemptDelivery {
  private readonly logger = new Logger('Deliveries');

  constructor(private readonly metrics: DeliveryMetrics) {}

  /** Never rejects; an error that the channel does not explain counts as `rejected`. @param signal ends the attempt */
  async execute(channel: DeliveryChannel, delivery: Delivery, signal: AbortSignal): Promise<Attempt> {
    const { notification, attemptedAt } = delivery.message;
    const began = performance.now();
    const failure = await inSendSpan(notification, delivery.cause, () => channel.send(delivery.message, signal)).then(
      () => undefined,
      toFailure,
    );
    const latencyMs = performance.now() - began;
    this.metrics.countAttempt(channel.channel, failure ? 'failed' : 'sent', latencyMs);
    if (failure) {
      const { notificationId, orderId, type } = notification;
      this.logger.debug(`Could not send ${type} through ${channel.channel}: ${failure.message}`, {
        notificationId,
        orderId,
      });
    }
    return { delivery, attemptedAt, latencyMs, failure };
  }
}

function toFailure(error: unknown): SendFailure {
  return error instanceof SendFailure ? error : new SendFailure(String(error), 'rejected');
}
