import { Inject, Injectable } from '@nestjs/common';
import { Database, Purge } from '@orderflow/postgres';
import { PARKING_OPTIONS, type ParkingOptions } from './parking.options.js';

/**
 * Forgets what was settled `retentionMs` ago: replayed and discarded messages with their attempts, and what operators
 * did. What still waits is never forgotten, nor what was done with it.
 */
@Injectable()
export class DeadLettersPurge extends Purge {
  constructor(database: Database, @Inject(PARKING_OPTIONS) { retentionMs }: Pick<ParkingOptions, 'retentionMs'>) {
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
