import { expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { highestId, idAt, lowestId, timeOf } from './order-id.js';

const NOON = new Date('2026-01-31T12:00:00.123Z');

it('an id contains its time to the millisecond, and lies between the lowest ids of this and of the next one', () => {
  const id = uuidv7({ msecs: NOON.getTime() });
  expect(timeOf(id)).toEqual(NOON);
  expect(idAt(NOON, 0) <= id && id < idAt(NOON, 1)).toBe(true);
});

it('no id is before 1970', () => {
  expect(idAt(new Date('1969-12-31T23:59:59Z'), 0)).toBe('00000000-0000-0000-0000-000000000000');
  expect(idAt(new Date('9999-12-31T23:59:59.999Z'), 1_000)).toHaveLength(36);
});

it('the lowest and the highest id are found whatever their case, among those that are given', () => {
  const [low, high] = ['0A000000-0000-7000-8000-000000000000', '0b000000-0000-7000-8000-000000000000'];
  expect([lowestId(high, null, low), highestId(undefined, low, high)]).toEqual([low.toLowerCase(), high]);
  expect([lowestId(null, undefined), highestId()]).toEqual([undefined, undefined]);
});
