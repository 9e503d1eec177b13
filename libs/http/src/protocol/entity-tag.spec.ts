import { describe, expect, it } from '@jest/globals';
import { entityTagOf, parseIfMatch, satisfies } from './entity-tag.js';

describe('parseIfMatch', () => {
  it.each([
    ['*', '*'],
    ['"7"', ['"7"']],
    [' "a,b" ,\t"", W/"c" ', ['"a,b"', '""', 'W/"c"']],
    [',"7" ,, "8",', ['"7"', '"8"']],
  ])('reads %s', (header, condition) => {
    expect(parseIfMatch(header)).toEqual(condition);
  });

  it.each(['', '7', '"7', '"7" "8"', ',', '*, "7"', 'w/"7"', '"a b"', '"a"b"'])('rejects %j', (header) => {
    expect(parseIfMatch(header)).toBeUndefined();
  });

  it('reads a header as long as Node accepts in no time', () => {
    expect(parseIfMatch(`"7"${' '.repeat(16_000)}`)).toEqual(['"7"']);
    expect(parseIfMatch(`${'"7" ,'.repeat(3_000)}x`)).toBeUndefined();
    expect(parseIfMatch(`"7"${','.repeat(16_000)}x`)).toBeUndefined();
  });
});

describe('satisfies', () => {
  const tag = entityTagOf(7);

  it.each([undefined, '*', '"7"', '"6", "7"'])('allows a change of "7" if the condition is %s', (header) => {
    expect(satisfies(tag, header === undefined ? undefined : parseIfMatch(header))).toBe(true);
  });

  it.each(['"6"', 'W/"7"', '"77"'])('forbids a change of "7" if the condition is %s', (header) => {
    expect(satisfies(tag, parseIfMatch(header))).toBe(false);
  });
});
