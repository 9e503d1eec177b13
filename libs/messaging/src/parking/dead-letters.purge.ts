import { type Database, Purge } from '@orderflow/postgres';

/**
 * Forgets what was settled `retentionMs` ago: replayed and discarded messages with their attempts, and what operators
 * did. What still waits is never forgotten, nor what was done with it.
 */
export class DeadLettersPurge extends Purge {
  constructor(database: Database, retentionMs: number) {
    const parameters = [retentionMs];
    super(
      database,
      {
        table: 'set_aside_messages',
        where: "settled_at < now() - $1 * interval '1 ms'",
        orderBy: 'settled_at',
        parameters,
      },
      {
        table: 'dead_letter_audit',
        where: `at < now() - $1 * interval '1 ms'
          AND NOT EXISTS (SELECT FROM set_aside_messages kept WHERE kept.id = message_id)`,
        orderBy: 'at',
        parameters,
      },
    );
  }
}
