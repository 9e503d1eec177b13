/**
 * The beginning of a text, at most `longest` UTF-16 code units. It ends at a whole code point: half a surrogate pair would
 * become U+FFFD in a header, and Postgres rejects it.
 */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const isHighSurrogate = (text.charCodeAt(longest - 1) & 0xfc00) === 0xd800;
  return text.slice(0, isHighSurrogate ? longest - 1 : longest);
}
