import { present } from './present.ts';

/** Mulberry32: numbers in [0, 1) that look random and are the same for the same seed. */
export function randomNumbers(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param random draws from [0, 1)
 * @throws {RangeError} for an empty list
 */
export const oneOf = <T>(random: () => number, list: readonly T[]): T =>
  present(list[Math.floor(random() * list.length)], 'what to draw from');
