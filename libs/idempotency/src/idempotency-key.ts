const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * Reads the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a string quoted as in RFC 8941, or
 * unquoted, as many clients send it. Undefined if it is neither, or the key is not 1–255 printable ASCII characters.
 */
export function parseIdempotencyKey(header: string): string | undefined {
  const key = header.startsWith('"') ? QUOTED.exec(header)?.[1]?.replace(/\\(.)/g, '$1') : header;
  return key !== undefined && KEY.test(key) ? key : undefined;
}
