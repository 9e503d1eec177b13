import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DecodedMessage } from '../envelope/cloud-event.js';
import { bytesOf, type ConsumedMessage } from '../envelope/message.js';
import type { EventDispatcher } from './dispatch/event-dispatcher.js';

/**
 * A decoded message: with its event, or with the error if it is bad input. With neither, its type has no handler here and
 * it is skipped.
 */
export type ReadMessage =
  | (DecodedMessage & { readonly failure?: never })
  | { readonly message: ConsumedMessage; readonly event?: never; readonly failure: Error | undefined };

/** Whether no handler here takes a message. */
export const isSkipped = ({ event, failure }: ReadMessage): boolean => event === undefined && failure === undefined;

/** Yields to the event loop after this many bytes. */
const BYTES_PER_TURN = 65_536;

/** Decodes and validates messages before their transaction begins, so that this work holds no locks. */
export async function readBatch(
  messages: readonly ConsumedMessage[],
  dispatcher: Pick<EventDispatcher, 'decode'>,
): Promise<ReadMessage[]> {
  const batch: ReadMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    if (bytes > BYTES_PER_TURN) {
      await nextTurn();
      bytes = 0;
    }
    bytes += bytesOf(message);
    batch.push(read(message, dispatcher));
  }
  return batch;
}

function read(message: ConsumedMessage, dispatcher: Pick<EventDispatcher, 'decode'>): ReadMessage {
  try {
    return dispatcher.decode(message) ?? { message, failure: undefined };
  } catch (error) {
    return { message, failure: error as Error };
  }
}
