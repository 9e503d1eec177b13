import type { Transaction } from '@orderflow/postgres';
import { isUUID } from 'class-validator';
import type { SetAsideMessage, SetAsideRepository, SetAsideStatus } from '../parking/set-aside.repository.js';

/** Why an operator can't act on a message. */
export type Refusal =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'finished'; readonly status: SetAsideStatus }
  | { readonly kind: 'behind'; readonly headId: string }
  | { readonly kind: 'busy' };

/** A message that waits, with the lock of its queue; `head` is what waits first there. */
export interface Locked {
  readonly kind: 'locked';
  readonly message: SetAsideMessage;
  readonly head: SetAsideMessage;
}

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Locks the queue of a message that waits, until the transaction ends: no consumer, retry or other operator touches
 * the queue meanwhile, and what is read here stays true.
 */
export async function lockSetAside(
  tx: Transaction,
  repository: SetAsideRepository,
  id: string,
): Promise<Locked | Exclude<Refusal, { kind: 'behind' }>> {
  const found = isUUID(id) ? await repository.find(tx, id) : undefined;
  if (!found) return { kind: 'unknown' };
  try {
    await tx.attempt(() => repository.lockQueues(tx, [found.queue]));
  } catch (error) {
    if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return { kind: 'busy' };
    throw error;
  }
  const message = await repository.find(tx, id); // as it is now that nobody else may change it
  if (!message) return { kind: 'unknown' }; // a retry has worked meanwhile, and it was never a dead letter
  const head = await repository.head(tx, message.queue);
  if (!head || !isWaiting(message.status)) return { kind: 'finished', status: message.status };
  return { kind: 'locked', message, head };
}

function isWaiting(status: SetAsideStatus): boolean {
  return status === 'RETRYING' || status === 'OPEN' || status === 'BLOCKED';
}
