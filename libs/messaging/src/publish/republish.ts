import type { Database, Transaction } from '@orderflow/postgres';
import type { OutgoingEvent, Outbox } from './outbox.js';

const BATCH = 250;
const MAX_KEYS = 10_000;

export interface Republication {
  /** At most `limit` keys whose events are published again, in the order of publishing. */
  readonly find: (limit: number) => Promise<readonly string[]>;
  /** The events of those keys with their original ids. It locks their subjects, so that later events follow them. */
  readonly eventsOf: (tx: Transaction, keys: readonly string[]) => Promise<readonly OutgoingEvent[]>;
}

export interface Republished {
  readonly keys: number;
  readonly events: number;
  /** Whether more keys follow `lastKey`. */
  readonly remaining: boolean;
  readonly lastKey: string | null;
}

/**
 * Publishes events that Kafka has lost again. A consumer that has handled one already drops it by its id. Covers at most
 * `maxKeys` keys (10,000 by default) in batches of 250, each with a transaction of its own; the batches before one that
 * fails stay published.
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
