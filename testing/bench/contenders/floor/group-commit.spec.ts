import { describe, expect, it } from '@jest/globals';
import { groupCommit } from './group-commit.ts';

describe('the group commit of the floor', () => {
  it('commits what has come meanwhile as one batch, after the one before', async () => {
    const batches: number[][] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { add } = groupCommit<number>((items) => (batches.push(items) === 1 ? held : Promise.resolve()));
    const first = add([1]);
    await Promise.resolve();
    const rest = [add([2]), add([3, 4])];
    await Promise.resolve();
    expect(batches).toEqual([[1]]);
    release();
    await Promise.all([first, ...rest]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('fails all of a batch, and none of the next one', async () => {
    const failing = new Set([1]);
    const { add } = groupCommit<number>(([first = 0]) =>
      failing.has(first) ? Promise.reject(new Error('no')) : Promise.resolve(),
    );
    const outcomes = Promise.allSettled([add([1]), add([5])]);
    await outcomes;
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(add([2])).resolves.toBeUndefined();
  });
});
