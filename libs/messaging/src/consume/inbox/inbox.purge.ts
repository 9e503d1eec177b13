import { Inject, Injectable } from '@nestjs/common';
import { Database, Purge } from '@orderflow/postgres';
import { OUTBOX_OPTIONS, type OutboxOptions } from '../../publish/outbox.options.js';

/** A topic deletes whole segments, so a message can outlive its retention. */
const MARGIN_MS = 24 * 3_600_000;

/** Deletes inbox rows whose messages no topic can deliver any more, so that a rewind never repeats an effect. */
@Injectable()
export class InboxPurge extends Purge {
  constructor(database: Database, @Inject(OUTBOX_OPTIONS) { topicRetentionMs }: OutboxOptions) {
    super(database, {
      table: 'inbox',
      where: "handled_at < now() - $1 * interval '1 ms'",
      orderBy: 'handled_at',
      parameters: [topicRetentionMs + MARGIN_MS],
    });
  }
}
