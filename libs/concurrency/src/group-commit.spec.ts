import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
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
  it('commits together what arrives together and answers each submission with its own results', async () => {
    const { queue, commits } = recording();
    const answers = await Promise.all([queue.submit([1]), queue.submit([2, 3]), queue.submit([4])]);
    expect(answers).toEqual([['1'], ['2', '3'], ['4']]);
    expect(commits).toEqual([[1, 2, 3, 4]]);
  });

  it('has one commit under way at a time; what comes meanwhile forms the next', async () => {
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

  it('commits in the context of its maker, not of whoever submits', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const options = { maxItems: 1, maxWaiting: 100 };
    const queue = storage.run('maker', () => {
      return new GroupCommit<number, number>(async (items) => (seen.push(storage.getStore()), items), options);
    });
    await storage.run('client', () => Promise.all([queue.submit([1]), queue.submit([2])]));
    expect(seen).toEqual(['maker', 'maker']);
  });

  it('takes at most maxItems, and a larger submission alone', async () => {
    const { queue, commits } = recording({ maxItems: 2, maxWaiting: 100 });
    await Promise.all([queue.submit([1]), queue.submit([2]), queue.submit([3, 4, 5]), queue.submit([6])]);
    expect(commits).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it('rejects what a failed commit held, and goes on with the rest', async () => {
    const { queue } = recording({ maxItems: 1, maxWaiting: 100 });
    const answers = await Promise.allSettled([queue.submit([13]), queue.submit([2])]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('rejects the poison alone where a failure can be one’s own fault', async () => {
    const { queue, commits } = recording({ maxItems: 100, maxWaiting: 100, isOwnFault: () => true });
    const answers = await Promise.allSettled([queue.submit([1]), queue.submit([13]), queue.submit([2])]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(
      commits
        .filter((items) => !items.includes(13))
        .flat()
        .sort(),
    ).toEqual([1, 2]);
  });

  it('refuses what exceeds its bound', async () => {
    const { queue } = recording({ maxItems: 1, maxWaiting: 2 });
    const accepted = [queue.submit([1]), queue.submit([2])];
    await expect(queue.submit([3])).rejects.toBeInstanceOf(QueueFull);
    await Promise.all(accepted);
    await queue.idle();
    await expect(queue.submit([4])).resolves.toEqual(['4']);
  });

  it('bounds what it commits at once by weight as well, and commits what is heavier alone', async () => {
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

  it('lets only so much wait, but for a single submission', async () => {
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
