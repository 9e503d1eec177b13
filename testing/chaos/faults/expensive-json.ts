/**
 * JSON that is expensive to parse, to validate or to report: code that processes it before it checks the limits blocks for
 * seconds, or runs out of memory.
 */
/** of exactly so many bytes: an object that begins with `opening`,
  its members up to the name of one that ought to be a list; that list is not as it should be */
export type MakeJson = (bytes: number, opening: string) => string;

export const EXPENSIVE_JSON: Readonly<Record<string, MakeJson>> = {
  numbers: (bytes, opening) => filled(bytes, `{${opening}[`, () => '1', ']}'),
  'empty-objects': (bytes, opening) => filled(bytes, `{${opening}[`, () => '{}', ']}'),
  'lists-in-lists': (bytes, opening) => filled(bytes, `{${opening}[`, () => '[[]]', ']}'),
  'different-entries': (bytes, opening) =>
    filled(bytes, `{${opening}[`, (index) => `{"itemId":"ITEM-${index}","quantity":1}`, ']}'),
  'unknown-members': (bytes, opening) => filled(bytes, `{${opening}1,`, (index) => `"unknown${index}":${index}`, '}'),
  'deep-lists': (bytes, opening) => nested(bytes, `{${opening}`, ['[', '', ']'], '}'),
  'deep-objects': (bytes, opening) => nested(bytes, `{${opening}`, ['{"a":', '1', '}'], '}'),
  'long-text': (bytes, opening) => repeated(bytes, `{${opening}[{"itemId":"`, 'x', '","quantity":1}]}'),
};

/** @param entry in ASCII */
function filled(bytes: number, head: string, entry: (index: number) => string, tail: string) {
  const entries = [];
  let room = bytes - head.length - tail.length;
  for (let next = entry(0); next.length <= room; next = entry(entries.length)) {
    entries.push(next);
    room -= next.length + 1;
  }
  return `${head}${entries.join()}${tail}`.padEnd(bytes);
}

function nested(
  bytes: number,
  head: string,
  [open, inner, close]: [open: string, inner: string, close: string],
  tail: string,
) {
  const room = bytes - head.length - inner.length - tail.length;
  const levels = Math.floor(room / (open.length + close.length));
  return `${head}${open.repeat(levels)}${inner}${close.repeat(levels)}${tail}`.padEnd(bytes);
}

function repeated(bytes: number, head: string, character: string, tail: string) {
  return `${head}${character.repeat(bytes - head.length - tail.length)}${tail}`;
}
