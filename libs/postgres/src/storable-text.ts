/** A text as Postgres can store it: without NUL, which is shown as `␀` (U+2400). */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\u2400');
}
