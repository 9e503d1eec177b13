import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Pace } from './pace.js';

describe('Pace', () => {
  beforeEach(() => void jest.useFakeTimers({ advanceTimers: false }));
  afterEach(() => void jest.useRealTimers());

  it('pauses until an interval after the start, and not at all if that is over', async () => {
    const pace = new Pace(10);
    await pace.pause(); // before the first run
    pace.start();
    jest.advanceTimersByTime(4);
    let isOver = false;
    const pause = pace.pause().then(() => (isOver = true));
    await jest.advanceTimersByTimeAsync(5);
    expect(isOver).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await pause;
    await pace.pause();
  });
});
