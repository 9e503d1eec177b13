import { createHash } from 'node:crypto';
import type { ConsumedMessage } from '../envelope/message.js';

/** What waits together: the messages of one topic and key. */
export interface Queue {
  readonly topic: string;
  readonly queue: Buffer;
}

const KEYED = Buffer.from('k');
const ALONE = Buffer.from('o');
const HASHED = Buffer.from('h');
/** A longer key is known by its hash: an index takes no row of more than a third of a page. */
const LONGEST_KEY_BYTES = 1_000;

/** The queue of a message: that of its key; without a key it has no successors, so it waits alone. */
export function queueOf({ topic, partition, offset, key }: ConsumedMessage): Queue {
  if (key && key.length > LONGEST_KEY_BYTES) {
    return { topic, queue: Buffer.concat([HASHED, createHash('sha256').update(key).digest()]) };
  }
  if (key) return { topic, queue: Buffer.concat([KEYED, key]) };
  return { topic, queue: Buffer.concat([ALONE, Buffer.from(`${partition}/${offset}`)]) };
}

/** A name for a queue that is the same for the same queue, for maps. */
export function nameOf({ topic, queue }: Queue): string {
  return `${topic} ${queue.toString('latin1')}`;
}
