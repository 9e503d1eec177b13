import { describe, expect, it } from '@jest/globals';
import { printable } from './printable.js';

describe('printable', () => {
  it.each([
    ['ESC', 'a\u001b[2Jb', 'a\\u001b[2Jb'],
    ['OSC', '\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['C1 controls', '\u009b31m', '\\u009b31m'],
    ['carriage returns', 'good\rbad', 'good\\u000dbad'],
    ['what turns the direction of writing', '\u202egnp', '\\u202egnp'],
  ])('shows %s instead of sending it to the terminal', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('keeps line breaks and tabs, and indents what follows a line break', () => {
    expect(printable('a\n\tb')).toBe('a\n    \tb');
  });
});
