import { describe, expect, it } from '@jest/globals';
import { waitSecondsOf } from './prefer.js';

describe('Prefer', () => {
  it.each([
    ['wait=10', 10],
    ['Wait = 10', 10],
    ['wait="10"', 10],
    ['wait=0', 0],
    ['wait=31', 30],
    ['wait=99999999999999999999', 30],
    ['respond-async, wait=5', 5],
    ['respond-async,wait=5,handling=lenient', 5],
    ['foo; bar="a, wait=1"; baz, wait=7', 7],
    ['foo="say \\"wait=1\\"", wait=8; x=y', 8],
    ['wait=3, wait=20', 3],
    [', wait=4', 4],
  ])('%s asks to wait for %d seconds', (header, seconds) => {
    expect(waitSecondsOf(header)).toBe(seconds);
  });

  it.each([
    '',
    'respond-async',
    'wait',
    'wait=',
    'wait=""',
    'wait=soon',
    'wait=-1',
    'wait=1.5',
    'wait=1 second',
    'wait=soon, wait=5',
    'await=5',
    'foo="wait=5"',
    '"wait=5"',
    'foo="open, wait=5',
  ])('%s is ignored', (header) => {
    expect(waitSecondsOf(header)).toBeUndefined();
  });

  it.each(['a<>"', 'a=<>"', 'a;<>"', 'a;b<>"', 'a;b=<>"', '<>"'])('like %s is read in linear time', (header) => {
    expect(waitSecondsOf(header.replace('<>', ' '.repeat(1_000_000)))).toBeUndefined();
  });
});
