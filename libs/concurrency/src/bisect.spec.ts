import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bisect } from './bisect.js';

async function isolate(items: readonly number[], isBad: (item: number) => boolean) {
  const handled: number[] = [];
  const poison: number[] = [];
  let attempts = 0;
  await bisect(items, {
    attempt: async (some) => {
      attempts += 1;
      if (some.some(isBad)) throw new Error('bad');
      handled.push(...some);
    },
    mayBePoison: () => true,
    onPoison: (item) => void poison.push(item),
  });
  return { handled, poison, attempts };
}

describe('bisect', () => {
  it('handles every good item in order and reports every bad one, each once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(1000), { maxLength: 60 }),
        fc.integer({ min: 2, max: 9 }),
        async (items, n) => {
          const isBad = (item: number) => item % n === 0;
          const { handled, poison } = await isolate(items, isBad);
          expect(handled).toEqual(items.filter((item) => !isBad(item)));
          expect(poison).toEqual(items.filter(isBad));
        },
      ),
    );
  });

  it('costs one attempt if nothing fails', async () => {
    expect((await isolate([1, 2, 3], () => false)).attempts).toBe(1);
  });

  it('rethrows an error that no item can have caused, and attempts nothing further', async () => {
    let attempts = 0;
    const search = bisect([1, 2, 3], {
      attempt: async () => {
        attempts += 1;
        throw new Error('database unavailable');
      },
      mayBePoison: () => false,
      onPoison: () => undefined,
    });
    await expect(search).rejects.toThrow('database unavailable');
    expect(attempts).toBe(1);
  });
});
