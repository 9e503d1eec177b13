import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import type { Database } from '../database/database.js';

/** Rows that are no longer needed, described in SQL. */
export interface Expired {
  readonly table: string;
  readonly where: string;
  /** An indexed column: the lowest values are deleted first, which makes Postgres use the index whatever its statistics say. */
  readonly orderBy: string;
  readonly parameters?: readonly unknown[];
}

const INTERVAL_MS = 10 * 60_000;
const MAX_BATCH = 5_000;

/**
 * Deletes expired rows, table by table, while the application runs. It works in small steps and skips locked rows, so that
 * nothing waits for it. Several replicas may run it at once.
 */
export abstract class Purge implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(this.constructor.name);
  private readonly expired: readonly Expired[];
  private readonly poller = new Poller(() => this.execute(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.warn(`Could not delete expired rows; trying again: ${message}`),
  });

  constructor(
    private readonly database: Database,
    ...expired: readonly Expired[]
  ) {
    this.expired = expired;
  }

  onApplicationBootstrap(): void {
    void this.database.whenReady().then(() => this.poller.start());
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  async execute(): Promise<void> {
    for (const expired of this.expired) {
      while (!this.poller.isStopped && (await this.deleteSome(expired)) === MAX_BATCH);
    }
  }

  private async deleteSome({ table, where, orderBy, parameters = [] }: Expired): Promise<number> {
    const deleted = await this.database.query(
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM ${table} WHERE ${where} ORDER BY ${orderBy} LIMIT ${MAX_BATCH} FOR UPDATE SKIP LOCKED))
       RETURNING 1`,
      parameters,
    );
    return deleted.length;
  }
}
