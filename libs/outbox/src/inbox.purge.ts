import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Sweep } from '@orderflow/batching';
import { Database } from '@orderflow/postgres';
import { OUTBOX_OPTIONS, type OutboxOptions } from './outbox.options.js';

const INTERVAL_MS = 10 * 60_000;
const MAX_BATCH = 5_000;
/** A topic deletes whole segments, so that a message can outlive its retention. */
const MARGIN_MS = 24 * 3_600_000;

/** Forgets inbox rows that are older than anything a topic can still deliver, so that a rewind never repeats an effect. */
@Injectable()
export class InboxPurge implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('InboxPurge');
  private readonly sweep = new Sweep(() => this.purge(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.warn(`Cannot purge the inbox, trying again: ${message}`),
  });

  constructor(
    private readonly database: Database,
    @Inject(OUTBOX_OPTIONS) private readonly options: OutboxOptions,
  ) {}

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }

  /** Deletes in small steps, so that nobody waits for it. */
  async purge(): Promise<void> {
    while (!this.sweep.isStopped && (await this.purgeBatch()) === MAX_BATCH);
  }

  private async purgeBatch(): Promise<number> {
    const rows = await this.database.query(
      `DELETE FROM inbox WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM inbox WHERE handled_at < now() - $1 * interval '1 ms' LIMIT $2))
       RETURNING 1`,
      [this.options.topicRetentionMs + MARGIN_MS, MAX_BATCH],
    );
    return rows.length;
  }
}
