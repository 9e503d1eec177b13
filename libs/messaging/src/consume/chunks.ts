import { bytesOf, type ConsumedMessage } from '../envelope/message.js';

/** The most messages in one transaction, and in one chunk of a partition. */
export const MAX_BATCH = 1_000;
/** The most bytes of a chunk; a single message may be larger. */
export const MAX_BATCH_BYTES = 1024 * 1024;

/** Splits a partition's messages into chunks that fit into one transaction. */
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
