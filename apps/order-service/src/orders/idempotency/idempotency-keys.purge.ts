import { Injectable } from '@nestjs/common';
import { Database, Purge } from '@orderflow/postgres';

/** Deletes expired idempotency keys. Until they are deleted they count as unknown. */
@Injectable()
export class IdempotencyKeysPurge extends Purge {
  constructor(database: Database) {
    super(database, { table: 'idempotency_keys', where: 'expires_at <= now()', orderBy: 'expires_at' });
  }
}
