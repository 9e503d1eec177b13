/** Maximum number of octets before the `@` (RFC 5321). */
const MAX_LOCAL_PART_LENGTH = 64;
/** Labels of at most 63 characters, of any script. */
const DOMAIN = /(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}/uy;
/** Characters that end the part before the `@` in prose, JSON and URLs. */
const NO_LOCAL_PART = /[\s"'<>()[\],;:\\@/=]/;

/** Hides each email address. It only looks around each `@`, so that a text without one costs next to nothing. */
export function hideEmails(text: string): string {
  let hidden = '';
  let end = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    DOMAIN.lastIndex = at + 1;
    const start = startOfLocalPart(text, at, end);
    if (start === at || !DOMAIN.test(text)) continue;
    hidden += `${text.slice(end, start)}[email]`;
    end = DOMAIN.lastIndex;
  }
  return hidden + text.slice(end);
}

function startOfLocalPart(text: string, at: number, earliest: number): number {
  const first = Math.max(earliest, at - MAX_LOCAL_PART_LENGTH);
  let start = at;
  while (start > first && !NO_LOCAL_PART.test(text[start - 1] as string)) start -= 1;
  return start;
}
