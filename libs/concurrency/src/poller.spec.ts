import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Poller } from './poller.js';

afterEach(() => void jest.useRealTimers());

function startPoller(work: () => Promise<unknown>) {
  jest.useFakeTimers();
  const failures: string[] = [];
  const poller = new Poller(work, { intervalMs: 1_000, onFailure: ({ message }) => failures.push(message) });
  poller.start();
  return { poller, failures };
}

describe('Poller', () => {
  it('runs at its interval, and at once when woken', async () => {
    let runs = 0;
    const { poller } = startPoller(async () => (runs += 1));
    await jest.advanceTimersByTimeAsync(2_500);
    expect(runs).toBe(2);
    poller.wake();
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toBe(3);
    await poller.stop();
  });

  it('runs once at a time, and once more if it is woken meanwhile', async () => {
    let runs = 0;
    let release = () => {};
    const { poller } = startPoller(() => {
      runs += 1;
      return new Promise<void>((resolve) => (release = resolve));
    });
    await jest.advanceTimersByTimeAsync(1_000);
    poller.wake();
    poller.wake();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(runs).toBe(1);
    release();
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toBe(2);
    release();
    await poller.stop();
  });

  it('runs in the context of its construction, not of whoever wakes it', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { poller } = storage.run('constructor', () => startPoller(async () => seen.push(storage.getStore())));
    storage.run('client', () => poller.wake());
    await jest.advanceTimersByTimeAsync(1_000);
    expect(seen).toEqual(['constructor', 'constructor']);
    await poller.stop();
  });

  it('continues after a failure, and reports equal ones once', async () => {
    let message = 'unavailable';
    const { poller, failures } = startPoller(() => Promise.reject(new Error(message)));
    await jest.advanceTimersByTimeAsync(3_000);
    message = 'still unavailable';
    await jest.advanceTimersByTimeAsync(1_000);
    expect(failures).toEqual(['unavailable', 'still unavailable']);
    await poller.stop();
  });

  it('ignores wake-ups after a failure until a run succeeds', async () => {
    let runs = 0;
    const { poller } = startPoller(async () => {
      runs += 1;
      if (runs === 1) throw new Error('unavailable');
    });
    await jest.advanceTimersByTimeAsync(1_000);
    poller.wake();
    await jest.advanceTimersByTimeAsync(999);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    poller.wake();
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toBe(3);
    await poller.stop();
  });

  it('stops after the current run, and never runs again', async () => {
    let runs = 0;
    const { poller } = startPoller(async () => (runs += 1));
    await jest.advanceTimersByTimeAsync(1_000);
    await poller.stop();
    poller.wake();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(runs).toBe(1);
  });
});
