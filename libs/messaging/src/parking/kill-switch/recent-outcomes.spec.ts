import { describe, expect, it } from '@jest/globals';
import { RecentOutcomes } from './recent-outcomes.js';

describe('RecentOutcomes', () => {
  let now = 0;
  const outcomes = () => new RecentOutcomes(60_000, () => now);

  it('returns the share of failures and counts each key once', () => {
    const recent = outcomes();
    expect(recent.failedShare).toBe(0);
    for (const key of ['a', 'b', 'a']) recent.countFailure(key);
    expect([recent.failedKeys, recent.failedShare]).toEqual([2, 1]);
    recent.countHandled(6);
    expect(recent.failedShare).toBe(0.25);
  });

  it('drops outcomes that are older than its window', () => {
    const recent = outcomes();
    recent.countFailure('a');
    recent.countHandled(10);
    now += 50_000;
    recent.countFailure('b');
    recent.countFailure('a');
    now += 20_000;
    recent.countFailure('c');
    expect([recent.failedKeys, recent.failedShare]).toEqual([3, 1]);
    now += 100_000;
    recent.countHandled(0);
    expect([recent.failedKeys, recent.failedShare]).toEqual([0, 0]);
  });
});
