import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, jest } from '@jest/globals';
import { GroupCommit, type GroupCommitOptions, QueueFull } from './group-commit.js';

function recording(options: GroupCommitOptions = { maxItems: 100, maxWaiting: 100 }) {
  const commits: (readonly number[])[] = [];
  const gate = { open: Promise.resolve() };
  const queue = new GroupCommit<number, string>(async (items) => {
    commits.push(items);
    await gate.open;
    if (items.includes(13)) throw new Error('thirteen');
    return items.map(String);
  }, options);
  return { queue, commits, gate };
}

describe('GroupCommit', () => {
  it('commits together what arrives together, and resolves each submission with its own results', async () => {
    const { queue, commits } = recording();
    const results = await Promise.all([queue.submit([1]), queue.submit([2, 3]), queue.submit([4])]);
    expect(results).toEqual([['1'], ['2', '3'], ['4']]);
    expect(commits).toEqual([[1, 2, 3, 4]]);
  });

  it('runs one commit at a time; what arrives meanwhile forms the next', async () => {
    const { queue, commits, gate } = recording();
    let release = () => {};
    gate.open = new Promise((resolve) => (release = resolve));
    const first = queue.submit([1]);
    await new Promise(setImmediate);
    const rest = [queue.submit([2]), queue.submit([3])];
    await new Promise(setImmediate);
    expect(commits).toEqual([[1]]);
    release();
    await Promise.all([first, ...rest]);
    expect(commits).toEqual([[1], [2, 3]]);
  });

  it('pauses between commits unless enough items wait, and never before the first', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    try {
      const { queue, commits } = recording({ maxItems: 3, maxWaiting: 100, pace: { leastMs: 10 } });
      await queue.submit([1]);
      const paused = Promise.all([queue.submit([2]), queue.submit([3])]);
      await jest.advanceTimersByTimeAsync(9);
      expect(commits).toEqual([[1]]);
      await jest.advanceTimersByTimeAsync(1);
      await paused;
      await jest.advanceTimersByTimeAsync(10);
      const full = [4, 5, 6, 7, 8, 9, 10].map((item) => queue.submit([item]));
      await Promise.all(full.slice(0, 6));
      expect(commits).toEqual([[1], [2, 3], [4, 5, 6], [7, 8, 9]]);
      await jest.advanceTimersByTimeAsync(10);
      await Promise.all(full);
    } finally {
      jest.useRealTimers();
    }
  });

  it('commits in the context of its construction, not of a submitter', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const options = { maxItems: 1, maxWaiting: 100 };
    const queue = storage.run('constructor', () => {
      return new GroupCommit<number, number>(async (items) => (seen.push(storage.getStore()), items), options);
    });
    await storage.run('client', () => Promise.all([queue.submit([1]), queue.submit([2])]));
    expect(seen).toEqual(['constructor', 'constructor']);
  });

  it('commits at most maxItems, and a larger submission alone', async () => {
    const { queue, commits } = recording({ maxItems: 2, maxWaiting: 100 });
    await Promise.all([queue.submit([1]), queue.submit([2]), queue.submit([3, 4, 5]), queue.submit([6])]);
    expect(commits).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it('rejects the submissions of a failed commit, and commits the rest', async () => {
    const { queue } = recording({ maxItems: 1, maxWaiting: 100 });
    const results = await Promise.allSettled([queue.submit([13]), queue.submit([2])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('rejects only the poison submission if mayBePoison allows it', async () => {
    const { queue, commits } = recording({ maxItems: 100, maxWaiting: 100, mayBePoison: () => true });
    const results = await Promise.allSettled([queue.submit([1]), queue.submit([13]), queue.submit([2])]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(
      commits
        .filter((items) => !items.includes(13))
        .flat()
        .sort(),
    ).toEqual([1, 2]);
  });

  it('rejects what exceeds its maximum', async () => {
    const { queue } = recording({ maxItems: 1, maxWaiting: 2 });
    const accepted = [queue.submit([1]), queue.submit([2])];
    await expect(queue.submit([3])).rejects.toBeInstanceOf(QueueFull);
    await Promise.all(accepted);
    await queue.idle();
    await expect(queue.submit([4])).resolves.toEqual(['4']);
  });

  it('limits the weight of a commit, and commits a heavier submission alone', async () => {
    const commits: number[][] = [];
    const group = new GroupCommit<number, void>(
      async (items) => {
        commits.push([...items]);
        return items.map(() => undefined);
      },
      { maxItems: 100, maxWaiting: 100, maxWeight: 10, weightOf: (item) => item },
    );
    await Promise.all([[4], [5], [2], [50], [1, 9]].map((items) => group.submit(items)));
    expect(commits).toEqual([[4, 5], [2], [50], [1, 9]]);
  });

  it('limits the weight that waits, except for a single submission', async () => {
    const group = new GroupCommit<number, undefined>(async (items) => items.map(() => undefined), {
      maxItems: 100,
      maxWaiting: 100,
      maxWaitingWeight: 10,
      weightOf: (item) => item,
    });
    const all = [[50], [1], [2]].map((items) => group.submit(items));
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const [some, more] = [group.submit([4, 5]), group.submit([2])];
    await expect(more).rejects.toBeInstanceOf(QueueFull);
    await some;
    await group.submit([10]);
  });
});
