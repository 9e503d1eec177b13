/** Long enough for every template with the longest order id; mail programs cut longer ones. */
const MAX_LENGTH = 200;
/** What nearly every subject is. */
const PLAIN = /^[!-~](?:[ -~]{0,198}[!-~])?$/;

/** One line of well-formed text without control characters, whatever customers and operators have written into it. */
export function subjectOf(text: string): string {
  if (PLAIN.test(text)) return text;
  const line = text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
  const characters = Array.from(line);
  return characters.length > MAX_LENGTH ? `${characters.slice(0, MAX_LENGTH - 1).join('')}…` : line;
}
