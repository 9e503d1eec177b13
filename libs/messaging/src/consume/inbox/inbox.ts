import { Inject, Injectable } from '@nestjs/common';
import { prepared, type Transaction } from '@orderflow/postgres';
import { identityOf } from '../../envelope/cloud-event.js';
import type { ConsumedMessage } from '../../envelope/message.js';
import { CONSUMER_GROUP } from '../../kafka/consumer-group.js';

const CLAIM = prepared(
  `INSERT INTO inbox (consumer_group, source, event_id)
   SELECT $1, source, id FROM unnest($2::text[], $3::text[]) AS event(source, id) ORDER BY source, id
   ON CONFLICT DO NOTHING
   RETURNING source, event_id AS id`,
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
    const byIdentity = new Map<string, ConsumedMessage>();
    for (const message of messages) {
      const name = JSON.stringify(identityOf(message));
      if (!byIdentity.has(name)) byIdentity.set(name, message); // its first occurrence
    }
    const identities = [...byIdentity.values()].map(identityOf);
    const rows = await tx.query<{ source: string; id: string }>(CLAIM, [
      this.consumerGroup,
      identities.map(({ source }) => source),
      identities.map(({ id }) => id),
    ]);
    const fresh = new Set(rows.map(({ source, id }) => byIdentity.get(JSON.stringify({ source, id }))));
    return new Set(messages.filter((message) => fresh.has(message)));
  }

  /** The messages that nobody has claimed; does not claim them. */
  async unclaimed(
    database: Pick<Transaction, 'query'>,
    messages: readonly ConsumedMessage[],
  ): Promise<Set<ConsumedMessage>> {
    const identities = messages.map(identityOf);
    const rows = await database.query<{ n: number }>(
      `SELECT n::integer FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS event(source, id, n)
       WHERE NOT EXISTS (
         SELECT FROM inbox WHERE consumer_group = $1 AND inbox.source = event.source AND event_id = event.id)`,
      [this.consumerGroup, identities.map(({ source }) => source), identities.map(({ id }) => id)],
    );
    const numbers = new Set(rows.map(({ n }) => n));
    return new Set(messages.filter((_, index) => numbers.has(index + 1)));
  }
}
