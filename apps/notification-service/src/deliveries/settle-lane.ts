import { backoffMs } from '@orderflow/concurrency';
import type { FailureKind } from '../channels/channel.js';

export interface RetrySchedule {
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** What became of an attempt. */
export interface AttemptResult {
  /** Of this delivery, with this one. */
  readonly attempts: number;
  readonly failure?: { readonly kind: FailureKind; readonly retryAfterMs?: number } | undefined;
}

export type Settlement =
  | { readonly status: 'SENT' }
  | { readonly status: 'FAILED' }
  | { readonly status: 'PENDING'; readonly retryInMs: number };

export interface LaneState {
  /** How often in a row the receiver could not be reached. */
  readonly failures: number;
  readonly isFailing: boolean;
}

export interface SettledLane extends LaneState {
  /** How long the lane rests. */
  readonly restMs: number;
}

/** The most time that a lane rests, and so the longest delay after its receiver is back. */
const LONGEST_REST_MS = 300_000;
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** @param chance random number for the jitter, 0 to 1 */
export function settleDelivery(
  { attempts, failure }: AttemptResult,
  { maxAttempts, firstDelayMs, maxDelayMs }: RetrySchedule,
  chance?: number,
): Settlement {
  if (!failure) return { status: 'SENT' };
  if (failure.kind === 'final' || failure.kind === 'gone' || attempts >= maxAttempts) return { status: 'FAILED' };
  const backoff = backoffMs(attempts, { firstMs: firstDelayMs, maxMs: maxDelayMs }, chance);
  return { status: 'PENDING', retryInMs: Math.max(backoff, retryAfterOf(failure)) };
}

/**
 * A lane rests after attempts of which none reached the receiver, ever longer; a receiver that rejects single messages gets
 * the others. It is failing from the first failure to the next success.
 */
export function settleLane(
  { failures, isFailing }: LaneState,
  results: readonly AttemptResult[],
  { firstDelayMs }: RetrySchedule,
  chance?: number,
): SettledLane {
  if (results.length === 0) return { failures, isFailing, restMs: 0 };
  if (results.some(({ failure }) => !failure)) return { failures: 0, isFailing: false, restMs: 0 };
  const unavailable = results.filter(({ failure }) => failure?.kind === 'unavailable');
  if (unavailable.length < results.length) return { failures: 0, isFailing: true, restMs: 0 };
  const backoff = backoffMs(failures + 1, { firstMs: firstDelayMs, maxMs: LONGEST_REST_MS }, chance);
  const retryAfter = Math.max(...unavailable.map(({ failure }) => retryAfterOf(failure)));
  return { failures: failures + 1, isFailing: true, restMs: Math.max(backoff, retryAfter) };
}

const retryAfterOf = (failure: AttemptResult['failure']) =>
  Math.min(failure?.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
