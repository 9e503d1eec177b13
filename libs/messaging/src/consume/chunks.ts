import { bytesOf, type ConsumedMessage } from '../envelope/message.js';

/** Messages in one transaction, at most; a partition hands over this many at a time. */
export const MAX_BATCH = 1_000;
/** The same in bytes; a single message may be larger. */
export const MAX_BATCH_BYTES = 1024 * 1024;

/** Parts of a partition's messages that are small enough for one transaction. */
export function* chunksOf(messages: readonly ConsumedMessage[]): Generator<readonly ConsumedMessage[]> {
  let chunk: ConsumedMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const own = bytesOf(message);
    if (chunk.length === MAX_BATCH || (chunk.length > 0 && bytes + own > MAX_BATCH_BYTES)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(message);
    bytes += own;
  }
  if (chunk.length > 0) yield chunk;
}
