import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Tokens } from './tokens.ts';

const LIFE = 300;
let isAway = false;
let issued = 0;

/** As the issuer does: valid from now on. */
async function issue() {
  if (isAway) throw new Error('away');
  const iat = Math.floor(Date.now() / 1_000);
  const claims = Buffer.from(JSON.stringify({ iat, exp: iat + LIFE })).toString('base64url');
  return `${(issued += 1)}.${claims}.x`;
}

const numberOf = (token: string) => Number(token.split('.')[0]);
const wait = (seconds: number) => jest.setSystemTime(Date.now() + seconds * 1_000);
/** What a renewal in the background has changed. */
const afterwards = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  [isAway, issued] = [false, 0];
  jest.useFakeTimers({ now: 0, doNotFake: ['setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a token', () => {
  it('is renewed though nobody asks for it', async () => {
    const tokens = new Tokens(issue);
    await tokens.of('operator');
    tokens.keep();
    wait(LIFE / 2);
    tokens.keep();
    await afterwards();
    isAway = true;
    wait(LIFE - 1);
    expect(numberOf(await tokens.of('operator'))).toBe(2);
  });

  it('is renewed after half of its life, without anybody waiting', async () => {
    const tokens = new Tokens(issue);
    expect(numberOf(await tokens.of('staff'))).toBe(1);
    wait(LIFE / 2 - 1);
    expect(numberOf(await tokens.of('staff'))).toBe(1);
    wait(1);
    expect(numberOf(await tokens.of('staff'))).toBe(1);
    await afterwards();
    expect(numberOf(await tokens.of('staff'))).toBe(2);
    expect(tokens.counts).toEqual({ renewed: 1, 'not renewed': 0 });
  });

  it('is of one customer', async () => {
    const tokens = new Tokens(issue);
    const both = await Promise.all([
      tokens.of('customer', 'a'),
      tokens.of('customer', 'b'),
      tokens.of('customer', 'a'),
    ]);
    expect(both.map(numberOf)).toEqual([1, 2, 1]);
  });

  it('is kept while it cannot be renewed, until it expires', async () => {
    const tokens = new Tokens(issue);
    await tokens.of('staff');
    isAway = true;
    wait(LIFE - 1);
    expect(numberOf(await tokens.of('staff'))).toBe(1);
    wait(1);
    await afterwards();
    wait(5);
    await expect(tokens.of('staff')).rejects.toThrow('away');
    isAway = false;
    expect(numberOf(await tokens.of('staff'))).toBe(2);
  });
});
