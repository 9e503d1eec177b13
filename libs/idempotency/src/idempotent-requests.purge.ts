import { Injectable } from '@nestjs/common';
import { Database, Purge } from '@orderflow/postgres';

/** Deletes expired outcomes. Until they are deleted their keys count as unknown. */
@Injectable()
export class IdempotentRequestsPurge extends Purge {
  constructor(database: Database) {
    super(database, { table: 'idempotent_requests', where: 'expires_at <= now()', orderBy: 'expires_at' });
  }
}
