import { Injectable } from '@nestjs/common';
import { Database, Purge } from '@orderflow/postgres';

/** Forgets idempotency keys whose time is over. Until then nobody takes them for known any more. */
@Injectable()
export class IdempotencyKeysPurge extends Purge {
  constructor(database: Database) {
    super(database, { table: 'idempotency_keys', where: 'expires_at <= now()', orderBy: 'expires_at' });
  }
}
