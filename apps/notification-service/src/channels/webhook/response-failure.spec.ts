import { expect, it } from '@jest/globals';
import { failureOf } from './response-failure.js';

const NOW = Date.parse('2026-01-31T12:00:00Z');
const failure = (status: number, retryAfter?: string) => failureOf({ status, retryAfter }, 'shop.example', NOW);

it.each([200, 202, 204])('%i is no failure', (status) => {
  expect(failure(status)).toBeUndefined();
});

it.each([
  [301, 'unavailable', 'shop.example responded with 301; redirects are not followed'],
  [400, 'rejected', 'shop.example responded with 400'],
  [404, 'rejected', 'shop.example responded with 404'],
  [410, 'gone', 'shop.example responded with 410: it wants no more messages'],
  [500, 'rejected', 'shop.example responded with 500'],
  [503, 'unavailable', 'shop.example responded with 503'],
])('%i is a failure of the kind %s', (status, kind, message) => {
  expect(failure(status)).toMatchObject({ kind, message, retryAfterMs: undefined });
});

it.each([
  ['120', 120_000],
  ['0', 0],
  ['Sat, 31 Jan 2026 12:00:30 GMT', 30_000],
  ['Sat, 31 Jan 2026 11:00:00 GMT', 0],
  ['86400', 86_400_000],
  ['9'.repeat(400), Infinity],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s of a 429 or 503 is a delay of %s ms', (header, delayMs) => {
  expect([429, 503].map((status) => failure(status, header)?.retryAfterMs)).toEqual([delayMs, delayMs]);
});

it('Retry-After of another status does not count', () => {
  expect(failure(500, '120')?.retryAfterMs).toBeUndefined();
});
