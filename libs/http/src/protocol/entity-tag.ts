/** `*`, which any state of an existing resource matches, or the tags that the client has seen. */
export type IfMatch = '*' | readonly string[];

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const EMPTY = String.raw`[ \t,]*`; // empty elements are ignored (RFC 9110, section 5.6.1)
const CONDITION = new RegExp(String.raw`^(?:\*|${EMPTY}${TAG}(?:[ \t]*,${EMPTY}${TAG})*${EMPTY})$`);

/** Every header that {@link parseIfMatch} reads, as JSON Schema. */
export const IF_MATCH_SCHEMA = { type: 'string', pattern: CONDITION.source, example: '"1"' } as const;

/** The strong entity tag of a revision (RFC 9110, section 8.8.3). */
export const entityTagOf = (revision: number): string => `"${revision}"`;

/** Reads the header `If-Match` (RFC 9110, section 13.1.1). Undefined if it is neither `*` nor a list of entity tags. */
export function parseIfMatch(header: string): IfMatch | undefined {
  const text = header.trim();
  if (!CONDITION.test(text)) return undefined;
  return text === '*' ? text : (text.match(new RegExp(TAG, 'g')) ?? []);
}

/** Whether a resource with this tag may be changed: without a condition, or if one of its tags is the same. A weak tag never is. */
export function satisfies(tag: string, condition: IfMatch | undefined): boolean {
  return condition === undefined || condition === '*' || condition.includes(tag);
}
