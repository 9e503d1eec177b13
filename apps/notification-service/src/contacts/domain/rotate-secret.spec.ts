import { expect, it } from '@jest/globals';
import { rotateSecret } from './rotate-secret.js';

const NOW = new Date('2026-01-31T12:00:00Z');
const TOMORROW = new Date('2026-02-01T12:00:00Z');
const chance = { fresh: 'fresh', now: NOW };
const alone = (current: string) => ({ current, previous: null, previousUntil: null });

it('a first secret is the wanted one, or else a new one', () => {
  expect(rotateSecret(null, 'wanted', chance)).toEqual(alone('wanted'));
  expect(rotateSecret(null, undefined, chance)).toEqual(alone('fresh'));
});

it('the secret stays if none is given, or the same', () => {
  const rotated = { current: 'new', previous: 'old', previousUntil: TOMORROW };
  for (const wanted of [undefined, 'new']) expect(rotateSecret(rotated, wanted, chance)).toBe(rotated);
});

it('another secret rotates: the last one signs for 24 hours too, an earlier one no longer', () => {
  const rotated = { current: 'new', previous: 'old', previousUntil: TOMORROW };
  expect(rotateSecret(alone('old'), 'new', chance)).toEqual(rotated);
  expect(rotateSecret(rotated, 'newest', chance)).toEqual({ ...rotated, current: 'newest', previous: 'new' });
  expect(rotateSecret(rotated, 'old', chance)).toEqual({ ...rotated, current: 'old', previous: 'new' });
});
