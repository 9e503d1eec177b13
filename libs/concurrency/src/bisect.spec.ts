import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bisect } from './bisect.js';

async function isolate(items: readonly number[], isBad: (item: number) => boolean) {
  const handled: number[] = [];
  const poisonous: number[] = [];
  let attempts = 0;
  await bisect(items, {
    attempt: async (some) => {
      attempts += 1;
      if (some.some(isBad)) throw new Error('bad');
      handled.push(...some);
    },
    isOwnFault: () => true,
    onPoison: (item) => void poisonous.push(item),
  });
  return { handled, poisonous, attempts };
}

describe('bisect', () => {
  it('handles every good item in order and reports every bad one, each once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(1000), { maxLength: 60 }),
        fc.integer({ min: 2, max: 9 }),
        async (items, n) => {
          const isBad = (item: number) => item % n === 0;
          const { handled, poisonous } = await isolate(items, isBad);
          expect(handled).toEqual(items.filter((item) => !isBad(item)));
          expect(poisonous).toEqual(items.filter(isBad));
        },
      ),
    );
  });

  it('costs one attempt when nothing is wrong', async () => {
    expect((await isolate([1, 2, 3], () => false)).attempts).toBe(1);
  });

  it('throws what is nobody’s own fault, and tries nothing further', async () => {
    let attempts = 0;
    const search = bisect([1, 2, 3], {
      attempt: async () => {
        attempts += 1;
        throw new Error('database away');
      },
      isOwnFault: () => false,
      onPoison: () => undefined,
    });
    await expect(search).rejects.toThrow('database away');
    expect(attempts).toBe(1);
  });
});
