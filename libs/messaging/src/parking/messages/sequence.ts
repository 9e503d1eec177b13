import { createHash } from 'node:crypto';
import type { ConsumedMessage } from '../../envelope/message.js';

/** The messages of one topic and key, which are handled in order. */
export interface Sequence {
  readonly topic: string;
  readonly sequence: Buffer;
}

const KEYED = Buffer.from('k');
const ALONE = Buffer.from('o');
const HASHED = Buffer.from('h');
/** A longer key is replaced by its hash, because an index entry must fit into a third of a page. */
const LONGEST_KEY_BYTES = 1_000;

/** The sequence of a message: that of its key. Without a key it has no successors and is a sequence of its own. */
export function sequenceOf({ topic, partition, offset, key }: ConsumedMessage): Sequence {
  if (key && key.length > LONGEST_KEY_BYTES) {
    return { topic, sequence: Buffer.concat([HASHED, createHash('sha256').update(key).digest()]) };
  }
  if (key) return { topic, sequence: Buffer.concat([KEYED, key]) };
  return { topic, sequence: Buffer.concat([ALONE, Buffer.from(`${partition}/${offset}`)]) };
}

/** The name of a sequence, for maps: equal sequences have equal names. */
export function nameOf({ topic, sequence }: Sequence): string {
  return `${topic} ${sequence.toString('latin1')}`;
}
