/** RFC 5321: octets before the `@`. */
const LONGEST_LOCAL_PART = 64;
/** Labels of 63 characters at most, of any script. */
const DOMAIN = /(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}/uy;
/** What ends the part before the `@` in running text, in JSON and in addresses. */
const NO_LOCAL_PART = /[\s"'<>()[\],;:\\@/=]/;

/** Hides each email address. It looks around each `@` only, so that what has none costs nothing, however long its words are. */
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
  const first = Math.max(earliest, at - LONGEST_LOCAL_PART);
  let start = at;
  while (start > first && !NO_LOCAL_PART.test(text[start - 1] as string)) start -= 1;
  return start;
}
