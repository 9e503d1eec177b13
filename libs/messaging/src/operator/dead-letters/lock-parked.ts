import type { Transaction } from '@orderflow/postgres';
import type { SequencesRepository } from '../../parking/messages/sequences.repository.js';
import { isUUID } from 'class-validator';
import type {
  ParkedMessage,
  ParkedMessagesRepository,
  ParkedStatus,
} from '../../parking/messages/parked-messages.repository.js';

/** Why an operator can't act on a message. */
export type Refusal =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'finished'; readonly status: ParkedStatus }
  | { readonly kind: 'behind'; readonly headId: string }
  | { readonly kind: 'busy' };

/** A parked message, with the lock of its sequence; `head` is the first one of it. */
export interface Locked {
  readonly kind: 'locked';
  readonly message: ParkedMessage;
  readonly head: ParkedMessage;
}

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Locks the sequence of a parked message until the transaction ends: no consumer, retry or other operator touches it
 * meanwhile, and what is read here stays true.
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
  const message = await messages.find(tx, id); // as it is now that nobody else may change it
  if (!message) return { kind: 'unknown' }; // a retry has worked meanwhile, and it was never a dead letter
  const head = await messages.head(tx, message.sequence);
  if (!head || !isParked(message.status)) return { kind: 'finished', status: message.status };
  return { kind: 'locked', message, head };
}

function isParked(status: ParkedStatus): boolean {
  return status === 'RETRYING' || status === 'OPEN' || status === 'BLOCKED';
}
