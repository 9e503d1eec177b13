import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AttemptResult, settleDelivery, settleLane } from './settle-lane.js';

const SCHEDULE = { maxAttempts: 24, firstDelayMs: 1_000, maxDelayMs: 3_600_000 };
const HEALTHY = { failures: 0, isFailing: false };
const sent: AttemptResult = { attempts: 1 };
const failed = (kind: NonNullable<AttemptResult['failure']>['kind'], more: object = {}): AttemptResult => ({
  attempts: 1,
  failure: { kind, ...more },
});

describe('a delivery', () => {
  it('is SENT without a failure', () => {
    expect(settleDelivery(sent, SCHEDULE)).toEqual({ status: 'SENT' });
  });

  it.each(['final', 'gone'] as const)('is FAILED at once by a failure that is %s', (kind) => {
    expect(settleDelivery(failed(kind), SCHEDULE)).toEqual({ status: 'FAILED' });
  });

  it('is tried again at growing intervals, and is FAILED after its last attempt', () => {
    const settled = Array.from({ length: 24 }, (_, n) =>
      settleDelivery({ attempts: n + 1, failure: { kind: 'rejected' } }, SCHEDULE, 1),
    );
    const delays = settled.map((each) => (each.status === 'PENDING' ? each.retryInMs / 1_000 : each.status));
    expect(delays.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(delays.slice(11)).toEqual([2_048, ...Array.from({ length: 11 }, () => 3_600), 'FAILED']);
  });

  it('waits for as long as the receiver wants, but at most an hour', () => {
    const retryIn = (retryAfterMs: number) => settleDelivery(failed('unavailable', { retryAfterMs }), SCHEDULE, 0);
    expect(retryIn(60_000)).toEqual({ status: 'PENDING', retryInMs: 60_000 });
    expect(retryIn(86_400_000)).toEqual({ status: 'PENDING', retryInMs: 3_600_000 });
    expect(retryIn(1)).toEqual({ status: 'PENDING', retryInMs: 500 });
  });
});

describe('a lane', () => {
  it('rests ever longer, up to five minutes, while its receiver cannot be reached', () => {
    const rests = Array.from({ length: 12 }, (_, failures) =>
      settleLane({ failures, isFailing: failures > 0 }, [failed('unavailable')], SCHEDULE, 1),
    );
    expect(rests.map(({ restMs }) => restMs / 1_000).slice(0, 4)).toEqual([1, 2, 4, 8]);
    expect(rests.at(-1)).toEqual({ failures: 12, isFailing: true, restMs: 300_000 });
  });

  it('does not rest if its receiver takes some messages and not others', () => {
    expect(settleLane(HEALTHY, [failed('rejected')], SCHEDULE)).toEqual({ failures: 0, isFailing: true, restMs: 0 });
    expect(settleLane(HEALTHY, [failed('rejected'), failed('unavailable')], SCHEDULE).restMs).toBe(0);
  });

  it('works again after one success, however many others failed', () => {
    const results = fc.array(fc.constantFrom(sent, failed('unavailable'), failed('rejected'), failed('final')));
    fc.assert(
      fc.property(results, fc.nat(100), (some, failures) => {
        const settled = settleLane({ failures, isFailing: failures > 0 }, [...some, sent], SCHEDULE);
        expect(settled).toEqual({ failures: 0, isFailing: false, restMs: 0 });
      }),
    );
  });

  it('stays as it was if nothing was attempted', () => {
    expect(settleLane({ failures: 3, isFailing: true }, [], SCHEDULE)).toEqual({
      failures: 3,
      isFailing: true,
      restMs: 0,
    });
  });
});
