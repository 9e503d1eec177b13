import type { BatchRun } from '../src/consume/unit-of-work.js';
import type { DecodedMessage } from '../src/envelope/cloud-event.js';
import type { ConsumedMessage } from '../src/envelope/message.js';
import { PermanentError } from '../src/envelope/message-errors.js';

/** How a test reads messages, and what it does with them. */
export interface TestHandling {
  readonly decode: (message: ConsumedMessage) => DecodedMessage | undefined;
  readonly dispatch: BatchRun['dispatch'];
}

/** Messages as the transport hands them over; their partitions move nowhere. */
export function batchOf(messages: readonly ConsumedMessage[], { decode, dispatch }: TestHandling): BatchRun {
  const read = messages.flatMap((message) => {
    try {
      return decode(message) ?? [];
    } catch (error) {
      if (error instanceof PermanentError) return { message, failure: error };
      throw error;
    }
  });
  return { messages: read, progress: [], dispatch, impatient: false };
}
