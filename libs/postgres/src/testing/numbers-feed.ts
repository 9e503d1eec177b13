import type { Database } from '../database/database.js';
import { ChangeFeed } from '../feed/change-feed.js';
import { recordingChanges } from '../feed/feed-tables.js';
import { Listener } from '../listen/listener.js';
import type { Transaction } from '../transactions/transaction.js';
import type { TestDatabase } from './test-database.js';

export interface NumberChange {
  readonly n: number;
  readonly parity: 'even' | 'odd';
}

class NumbersFeed extends ChangeFeed<NumberChange> {}

const TABLES = `
  CREATE TABLE numbers (n integer PRIMARY KEY);
  CREATE UNLOGGED TABLE number_changes (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(), position bigint GENERATED ALWAYS AS IDENTITY, data jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (xid, position));
  CREATE UNLOGGED TABLE number_changes_listening (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), until timestamptz NOT NULL, generation uuid NOT NULL DEFAULT gen_random_uuid())`;
const ADD = recordingChanges('number_changes', {
  changed: 'INSERT INTO numbers SELECT unnest($1::int[]) RETURNING n',
  data: `jsonb_build_object('n', n, 'parity', CASE n % 2 WHEN 0 THEN 'even' ELSE 'odd' END)`,
});

export const createNumbers = async (database: Database): Promise<void> => void (await database.query(TABLES));

export function addNumbers(tx: Transaction, ...numbers: readonly number[]): void {
  tx.pipeline('SELECT pg_current_xact_id()'); // something before, as `recordingChanges` demands
  tx.pipeline(ADD, [numbers]);
}

/** A replica with a feed of the numbers, and what it has delivered. */
export class NumbersReplica {
  readonly received: number[] = [];
  readonly positions: (string | undefined)[] = [];
  gaps = 0;
  readonly feed: NumbersFeed;
  private readonly listener: Listener;

  constructor(
    { url }: TestDatabase,
    database: Database,
    readonly applicationName = 'numbers',
  ) {
    this.listener = new Listener({ url, applicationName });
    this.feed = new NumbersFeed(database, this.listener, 'number_changes');
    this.feed.follow({
      onChanges: (changes, position) => {
        this.received.push(...changes.map(({ n }) => n));
        this.positions.push(position);
      },
      onGap: () => (this.gaps += 1),
    });
    this.listener.onApplicationBootstrap();
    this.feed.onApplicationBootstrap();
  }

  async stop(): Promise<void> {
    await Promise.all([this.feed.onApplicationShutdown(), this.listener.onApplicationShutdown()]);
  }
}
