/** Concatenated byte strings, as parameters of one statement. */
export interface PackedBytes {
  readonly bytes: Buffer;
  /** The position of each, counted from 1; null for a null. */
  readonly starts: readonly (number | null)[];
  /** The length of each in bytes; null for a null. */
  readonly lengths: readonly (number | null)[];
}

/**
 * Packs a column of byte strings for a set-based statement, which extracts them with `substr(bytes, start, length)`.
 * As an array they would be written in hexadecimal, which costs several times their size in memory.
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
