import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Sweep } from './sweep.js';

afterEach(() => void jest.useRealTimers());

function sweepOver(work: () => Promise<unknown>) {
  jest.useFakeTimers();
  const failures: string[] = [];
  const sweep = new Sweep(work, { intervalMs: 1_000, onFailure: ({ message }) => failures.push(message) });
  sweep.start();
  return { sweep, failures };
}

describe('Sweep', () => {
  it('works at its interval, and at once when woken', async () => {
    let runs = 0;
    const { sweep } = sweepOver(async () => (runs += 1));
    await jest.advanceTimersByTimeAsync(2_500);
    expect(runs).toBe(2);
    sweep.wake();
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toBe(3);
    await sweep.stop();
  });

  it('runs once at a time, and once more when it is woken meanwhile', async () => {
    let runs = 0;
    let release = () => {};
    const { sweep } = sweepOver(() => {
      runs += 1;
      return new Promise<void>((resolve) => (release = resolve));
    });
    await jest.advanceTimersByTimeAsync(1_000);
    sweep.wake();
    sweep.wake();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(runs).toBe(1);
    release();
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toBe(2);
    release();
    await sweep.stop();
  });

  it('works in the context of its maker, not of whoever woke it', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { sweep } = storage.run('maker', () => sweepOver(async () => seen.push(storage.getStore())));
    storage.run('client', () => sweep.wake());
    await jest.advanceTimersByTimeAsync(1_000);
    expect(seen).toEqual(['maker', 'maker']);
    await sweep.stop();
  });

  it('goes on after a failure, and says the same one once', async () => {
    let message = 'away';
    const { sweep, failures } = sweepOver(() => Promise.reject(new Error(message)));
    await jest.advanceTimersByTimeAsync(3_000);
    message = 'still away';
    await jest.advanceTimersByTimeAsync(1_000);
    expect(failures).toEqual(['away', 'still away']);
    await sweep.stop();
  });

  it('is not hurried after a failure, until a run works', async () => {
    let runs = 0;
    const { sweep } = sweepOver(async () => {
      runs += 1;
      if (runs === 1) throw new Error('away');
    });
    await jest.advanceTimersByTimeAsync(1_000);
    sweep.wake();
    await jest.advanceTimersByTimeAsync(999);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    sweep.wake();
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toBe(3);
    await sweep.stop();
  });

  it('ends with the run under way, and never runs again', async () => {
    let runs = 0;
    const { sweep } = sweepOver(async () => (runs += 1));
    await jest.advanceTimersByTimeAsync(1_000);
    await sweep.stop();
    sweep.wake();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(runs).toBe(1);
  });
});
