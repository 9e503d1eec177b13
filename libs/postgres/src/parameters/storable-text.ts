/** Replaces NUL, which Postgres cannot store in a text, with `␀` (U+2400). */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\u2400');
}
