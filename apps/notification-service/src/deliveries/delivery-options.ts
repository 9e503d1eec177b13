import type { RetrySchedule } from './settle-lane.js';

export interface DeliveryOptions {
  readonly retries: RetrySchedule;
  /** A webhook to which nothing could be sent for so long is disabled. */
  readonly disableAfterMs: number;
}

export const DELIVERY_OPTIONS = Symbol('DeliveryOptions');
