import type { Migrations } from '@orderflow/postgres';

/** The table of the outcomes, for the service's `DatabaseModule`. */
export const IDEMPOTENCY_MIGRATIONS: Migrations = {
  owner: 'idempotency',
  folder: new URL('../migrations', import.meta.url),
};
