import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Poller } from './poller.js';

afterEach(() => void jest.useRealTimers());

function sweepOver(work: () => Promise<unknown>) {
  jest.useFakeTimers();
  const failures: string[] = [];
  const poller = new Poller(work, { intervalMs: 1_000, onFailure: ({ message }) => failures.push(message) });
  poller.start();
  return { poller, failures };
}

describe('Poller', () => {
  it('works at its interval, and at once when woken', async () => {
    let runs = 0;
    const { poller } = sweepOver(async () => (runs += 1));
    await jest.advanceTimersByTimeAsync(2_500);
    expect(runs).toBe(2);
    poller.wake();
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toBe(3);
    await poller.stop();
  });

  it('runs once at a time, and once more when it is woken meanwhile', async () => {
    let runs = 0;
    let release = () => {};
    const { poller } = sweepOver(() => {
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

  it('works in the context of its maker, not of whoever woke it', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { poller } = storage.run('maker', () => sweepOver(async () => seen.push(storage.getStore())));
    storage.run('client', () => poller.wake());
    await jest.advanceTimersByTimeAsync(1_000);
    expect(seen).toEqual(['maker', 'maker']);
    await poller.stop();
  });

  it('goes on after a failure, and says the same one once', async () => {
    let message = 'away';
    const { poller, failures } = sweepOver(() => Promise.reject(new Error(message)));
    await jest.advanceTimersByTimeAsync(3_000);
    message = 'still away';
    await jest.advanceTimersByTimeAsync(1_000);
    expect(failures).toEqual(['away', 'still away']);
    await poller.stop();
  });

  it('is not hurried after a failure, until a run works', async () => {
    let runs = 0;
    const { poller } = sweepOver(async () => {
      runs += 1;
      if (runs === 1) throw new Error('away');
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

  it('ends with the run under way, and never runs again', async () => {
    let runs = 0;
    const { poller } = sweepOver(async () => (runs += 1));
    await jest.advanceTimersByTimeAsync(1_000);
    await poller.stop();
    poller.wake();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(runs).toBe(1);
  });
});
