const WIDEST = 60;
/** Controls (ESC and C1 among them), what is invisible or turns the direction of writing, and further ends of lines; not \n. */
const CONTROL = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * @param {string[]} columns
 * @param {unknown[][]} rows
 */
export function table(columns, rows) {
  const cells = [columns, ...rows].map((row) => row.map((cell) => cut(plain(cell), WIDEST)));
  const widths = columns.map((_, n) => Math.max(...cells.map((row) => row[n]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** @param {[name: string, value: unknown][]} facts those without a value are left out */
export function list(facts) {
  const given = facts.filter(([, value]) => value !== null && value !== undefined);
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `${name.padEnd(width)}  ${plain(value)}`).join('\n');
}

/**
 * One line without control characters, because the content of a message may be hostile to a terminal.
 * @param {unknown} value
 */
export function plain(value) {
  return printable(String(value ?? '')).replaceAll('\n', ' ');
}

/**
 * The final text to print, in which only the ends of lines control the terminal.
 * @param {string} text
 */
export function printable(text) {
  return text.replaceAll(CONTROL, '\ufffd');
}

/**
 * Formatted JSON in which no character controls a terminal.
 * @param {unknown} value
 */
export function json(value) {
  return JSON.stringify(value, null, 2).replaceAll(CONTROL, (character) =>
    [...Array(character.length).keys()]
      .map((n) => `\\u${character.charCodeAt(n).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/**
 * @param {string} text
 * @param {number} length
 */
export function cut(text, length) {
  if (text.length <= length) return text;
  const isHalf = /[\ud800-\udbff]/.test(text[length - 2] ?? '');
  return `${text.slice(0, isHalf ? length - 2 : length - 1)}…`;
}
