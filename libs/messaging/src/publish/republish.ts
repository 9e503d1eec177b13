import type { Database, Transaction } from '@orderflow/postgres';
import type { OutgoingEvent, Outbox } from './outbox.js';

const BATCH = 250;
const MAX_KEYS = 10_000;

export interface Republication {
  /** The keys whose events are published again, at most `limit`, in the order in which they are taken. */
  readonly find: (limit: number) => Promise<readonly string[]>;
  /** The events of those keys with the ids that they had; locks what they concern, so that what happens to it next follows. */
  readonly eventsOf: (tx: Transaction, keys: readonly string[]) => Promise<readonly OutgoingEvent[]>;
}

export interface Republished {
  readonly keys: number;
  readonly events: number;
  /** Whether there are more, after `lastKey`. */
  readonly remaining: boolean;
  readonly lastKey: string | null;
}

/**
 * Publishes events again that Kafka has lost: a consumer that has handled one drops it by its id. Of 10,000 keys at most,
 * unless `maxKeys` is given; each batch of 250 is a transaction of its own, and those before one that fails stay published.
 */
export async function republish(
  { database, outbox }: { readonly database: Database; readonly outbox: Outbox },
  { find, eventsOf }: Republication,
  maxKeys = MAX_KEYS,
): Promise<Republished> {
  const found = await find(maxKeys + 1);
  const keys = found.slice(0, maxKeys);
  let events = 0;
  for (let from = 0; from < keys.length; from += BATCH) {
    events += await database.transaction(async (tx) => {
      const batch = await eventsOf(tx, keys.slice(from, from + BATCH));
      await outbox.add(tx, batch);
      return batch.length;
    });
  }
  return { keys: keys.length, events, remaining: found.length > maxKeys, lastKey: keys.at(-1) ?? null };
}
