import { Inject, Injectable } from '@nestjs/common';
import { Database, Purge } from '@orderflow/postgres';
import { PARKING_OPTIONS, type ParkingOptions } from '../parking.options.js';

/**
 * Deletes replayed and discarded messages with their attempts and audit entries `retentionMs` after they were settled.
 * Never deletes a message that is still parked, or its audit entries.
 */
@Injectable()
export class DeadLettersPurge extends Purge {
  constructor(database: Database, @Inject(PARKING_OPTIONS) { retentionMs }: Pick<ParkingOptions, 'retentionMs'>) {
    const parameters = [retentionMs];
    super(
      database,
      {
        table: 'parked_messages',
        where: "settled_at < now() - $1 * interval '1 ms'",
        orderBy: 'settled_at',
        parameters,
      },
      {
        table: 'dead_letter_audit',
        where: `at < now() - $1 * interval '1 ms'
          AND NOT EXISTS (SELECT FROM parked_messages kept WHERE kept.id = message_id)`,
        orderBy: 'at',
        parameters,
      },
    );
  }
}
