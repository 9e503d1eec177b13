import { Inject, Injectable } from '@nestjs/common';
import type { DeliveryChannel } from '../channels/channel.js';
import { AttemptDelivery } from './attempt-delivery.js';
import type { Attempt, Lane } from './delivery.js';
import type { ServedLane } from './delivery-outcomes.js';
import { DELIVERY_OPTIONS, type DeliveryOptions } from './delivery-options.js';
import { type AttemptResult, settleDelivery, settleLane } from './settle-lane.js';

/** Of one delivery: a lane may have had nothing to send between two bad moments that are days apart. */
const LEAST_ATTEMPTS_TO_DISABLE = 5;

/** Sends what is due of a lane, all at the same time, and decides what becomes of it. */
@Injectable()
export class ServeLane {
  constructor(
    private readonly attemptDelivery: AttemptDelivery,
    @Inject(DELIVERY_OPTIONS) private readonly options: DeliveryOptions,
  ) {}

  /** Never rejects. @param signal ends the attempts */
  async execute(channel: DeliveryChannel, lane: Lane, signal: AbortSignal): Promise<ServedLane> {
    const attempts = await Promise.all(
      lane.deliveries.map((delivery) => this.attemptDelivery.execute(channel, delivery, signal)),
    );
    const { retries } = this.options;
    const state = { failures: lane.failures, isFailing: lane.failingSince !== null };
    return {
      lane,
      attempts: attempts.map((attempt) => ({ ...attempt, settlement: settleDelivery(toResult(attempt), retries) })),
      settled: settleLane(state, attempts.map(toResult), retries),
      disabled: this.toDisable(lane, attempts),
    };
  }

  private toDisable(lane: Lane, attempts: readonly Attempt[]): ServedLane['disabled'] {
    const [url] = lane.deliveries.flatMap(({ message: { notification, contact } }) =>
      notification.channel === 'webhook' && contact?.webhook ? [contact.webhook.url] : [],
    );
    const reason = url && this.reasonToDisable(lane, attempts);
    return reason ? { url, reason } : undefined;
  }

  private reasonToDisable({ failingSince }: Lane, attempts: readonly Attempt[]): string | undefined {
    if (attempts.some(({ failure }) => failure?.kind === 'gone')) return 'The receiver wants no more messages (410)';
    const [last] = attempts;
    if (!last?.failure || !failingSince || attempts.some(({ failure }) => !failure)) return undefined;
    const { disableAfterMs } = this.options;
    if (last.delivery.attempts + 1 < LEAST_ATTEMPTS_TO_DISABLE) return undefined;
    const failedForMs = Date.now() - failingSince.getTime();
    if (failedForMs < disableAfterMs) return undefined;
    return `Nothing could be sent for ${Math.floor(failedForMs / 3_600_000)} hours; the last error: ${last.failure.message}`;
  }
}

const toResult = ({ delivery, failure }: Attempt): AttemptResult => ({ attempts: delivery.attempts + 1, failure });
