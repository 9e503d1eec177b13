import type { Transaction } from '@orderflow/postgres';
import type { SequencesRepository } from '../../parking/messages/sequences.repository.js';
import { isUUID } from 'class-validator';
import type {
  ParkedMessage,
  ParkedMessagesRepository,
  ParkedStatus,
} from '../../parking/messages/parked-messages.repository.js';

/** Why an operator cannot act on a message. */
export type Refusal =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'finished'; readonly status: ParkedStatus }
  | { readonly kind: 'behind'; readonly headId: string }
  | { readonly kind: 'busy' };

/** A parked message whose sequence is locked; `head` is the first message of the sequence. */
export interface Locked {
  readonly kind: 'locked';
  readonly message: ParkedMessage;
  readonly head: ParkedMessage;
}

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Locks the sequence of a parked message until the transaction ends, so that no consumer, retry or other operator changes
 * it meanwhile.
 */
export async function lockParked(
  tx: Transaction,
  messages: ParkedMessagesRepository,
  sequences: SequencesRepository,
  id: string,
): Promise<Locked | Exclude<Refusal, { kind: 'behind' }>> {
  const found = isUUID(id) ? await messages.find(tx, id) : undefined;
  if (!found) return { kind: 'unknown' };
  try {
    await tx.attempt(() => sequences.lock(tx, [found.sequence]));
  } catch (error) {
    if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return { kind: 'busy' };
    throw error;
  }
  const message = await messages.find(tx, id); // read again, because it may have changed before the lock
  if (!message) return { kind: 'unknown' }; // a retry has handled and deleted it meanwhile
  const head = await messages.head(tx, message.sequence);
  if (!head || !isParked(message.status)) return { kind: 'finished', status: message.status };
  return { kind: 'locked', message, head };
}

function isParked(status: ParkedStatus): boolean {
  return status === 'RETRYING' || status === 'OPEN' || status === 'BLOCKED';
}
