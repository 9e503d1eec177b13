const WIDEST = 60;

/**
 * @param {string[]} columns
 * @param {unknown[][]} rows
 */
export function table(columns, rows) {
  const cells = [columns, ...rows].map((row) => row.map((cell) => cut(plain(cell), WIDEST)));
  const widths = columns.map((_, n) => Math.max(...cells.map((row) => row[n].length)));
  return cells
    .map((row) =>
      row
        .map((cell, n) => cell.padEnd(widths[n]))
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
 * One line that moves no cursor: what a message carries is not to be trusted by a terminal.
 * @param {unknown} value
 */
export function plain(value) {
  return String(value ?? '').replaceAll(/\p{Cc}|\p{Cf}/gu, (character) => (character === '\n' ? ' ' : '\ufffd'));
}

/**
 * @param {string} text
 * @param {number} length
 */
export function cut(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
