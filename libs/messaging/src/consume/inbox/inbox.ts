import { Inject, Injectable } from '@nestjs/common';
import { prepared, type Transaction } from '@orderflow/postgres';
import { identityOf } from '../../envelope/cloud-event.js';
import type { ConsumedMessage } from '../../envelope/message.js';
import { CONSUMER_GROUP } from '../../kafka/consumer-group.js';
import { eventKey } from './event-key.js';

const CLAIM = prepared(
  `INSERT INTO inbox (event_key) SELECT key FROM unnest($1::uuid[]) AS event(key) ORDER BY key
   ON CONFLICT DO NOTHING
   RETURNING event_key AS key`,
);

/** The idempotent inbox: each event of a consumer group takes effect once, however often it is delivered. */
@Injectable()
export class Inbox {
  constructor(@Inject(CONSUMER_GROUP) private readonly consumerGroup: string) {}

  /**
   * Claims messages in the caller's transaction, which handles or parks them.
   *
   * A concurrent claim of the same event, by a zombie or by the new owner of its partition, waits for this transaction and
   * then finds the event claimed. The rows are sorted, so that two such batches never deadlock.
   * @returns the messages that were not claimed before, in their order
   */
  async claim(tx: Transaction, messages: readonly ConsumedMessage[]): Promise<Set<ConsumedMessage>> {
    if (messages.length === 0) return new Set();
    const byKey = new Map<string, ConsumedMessage>();
    for (const message of messages) {
      const key = this.keyOf(message);
      if (!byKey.has(key)) byKey.set(key, message); // its first occurrence
    }
    const rows = await tx.query<{ key: string }>(CLAIM, [[...byKey.keys()]]);
    const fresh = new Set(rows.map(({ key }) => byKey.get(key)));
    return new Set(messages.filter((message) => fresh.has(message)));
  }

  /** The messages that nobody has claimed; does not claim them. */
  async unclaimed(
    database: Pick<Transaction, 'query'>,
    messages: readonly ConsumedMessage[],
  ): Promise<Set<ConsumedMessage>> {
    const rows = await database.query<{ n: number }>(
      `SELECT n::integer FROM unnest($1::uuid[]) WITH ORDINALITY AS event(key, n)
       WHERE NOT EXISTS (SELECT FROM inbox WHERE event_key = event.key)`,
      [messages.map((message) => this.keyOf(message))],
    );
    const numbers = new Set(rows.map(({ n }) => n));
    return new Set(messages.filter((_, index) => numbers.has(index + 1)));
  }
  private keyOf(message: ConsumedMessage): string {
    return eventKey(this.consumerGroup, identityOf(message));
  }
}
