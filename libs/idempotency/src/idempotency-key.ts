const QUOTED = String.raw`"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"`;
const UNQUOTED = String.raw`[\x21\x23-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?`;
const KEY = new RegExp(`^(?:${QUOTED}|${UNQUOTED})$`);

/** Every header that {@link parseIdempotencyKey} reads, as JSON Schema. */
export const IDEMPOTENCY_KEY_SCHEMA = {
  type: 'string',
  pattern: KEY.source,
  example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
} as const;

/**
 * Reads the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a string quoted as in RFC 8941, or
 * unquoted, as many clients send it. Undefined if it is neither, or the key is not 1–255 printable ASCII characters.
 */
export function parseIdempotencyKey(header: string): string | undefined {
  const [unquoted, quoted] = KEY.exec(header) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? unquoted;
}
