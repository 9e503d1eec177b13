/** Byte strings one behind the other, as parameters of one statement. */
export interface PackedBytes {
  readonly bytes: Buffer;
  /** Where each begins, counted from 1; null for a null. */
  readonly starts: readonly (number | null)[];
  /** In bytes; null for a null. */
  readonly lengths: readonly (number | null)[];
}

/**
 * Packs a column of byte strings for a set-based statement, which cuts them out again with `substr(bytes, start, length)`.
 * As an array they would be written in hexadecimal, which for a message of a mebibyte takes four more of them, twice.
 */
export function packBytes(values: readonly (Buffer | string | null)[]): PackedBytes {
  const parts = values.map((value) => (typeof value === 'string' ? Buffer.from(value, 'utf8') : value));
  let next = 1;
  const starts = parts.map((part) => {
    if (part === null) return null;
    const start = next;
    next += part.length;
    return start;
  });
  return {
    bytes: Buffer.concat(parts.filter((part) => part !== null)),
    starts,
    lengths: parts.map((part) => part?.length ?? null),
  };
}
