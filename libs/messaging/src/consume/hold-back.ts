import type { DecodedMessage } from '../envelope/cloud-event.js';
import type { Parkable } from '../parking/parking.js';
import { nameOf, sequenceOf } from '../parking/messages/sequence.js';
import type { ReadMessage } from './read-batch.js';

/**
 * Separates the messages to handle from those to park: those that have failed, and every message behind a parked one of its key. Both
 * keep their order.
 * @param parked the names of the sequences that already have parked messages
 */
export function holdBack(
  batch: readonly ReadMessage[],
  parked: ReadonlySet<string>,
): { readonly due: DecodedMessage[]; readonly toPark: Parkable[] } {
  const blocked = new Set(parked);
  const due: DecodedMessage[] = [];
  const toPark: Parkable[] = [];
  for (const read of batch) {
    const sequence = nameOf(sequenceOf(read.message));
    if (blocked.has(sequence)) {
      toPark.push({ message: read.message });
    } else if (read.event) {
      due.push(read);
    } else {
      toPark.push({ message: read.message, failure: read.failure });
      blocked.add(sequence);
    }
  }
  return { due, toPark };
}
