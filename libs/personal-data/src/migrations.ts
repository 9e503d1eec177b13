import type { Migrations } from '@orderflow/postgres';

/** The table of the erasures, for the service's `DatabaseModule`. */
export const PERSONAL_DATA_MIGRATIONS: Migrations = {
  owner: 'personal_data',
  folder: new URL('../migrations', import.meta.url),
};
