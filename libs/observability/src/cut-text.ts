/**
 * The beginning of a text, `longest` UTF-16 code units at most. It ends at a code point: half a surrogate would become
 * U+FFFD in a header and is no text for Postgres.
 */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const isHighSurrogate = (text.charCodeAt(longest - 1) & 0xfc00) === 0xd800;
  return text.slice(0, isHighSurrogate ? longest - 1 : longest);
}
