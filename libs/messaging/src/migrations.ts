import type { Migrations } from '@orderflow/postgres';

const folderOf = (name: string) => new URL(`../migrations/${name}`, import.meta.url);

/**
 * The tables of outbox, inbox and parking, for the service's `DatabaseModule`. Add new migrations to `messaging`; `outbox`
 * and `dead_letter` date from when this lib was three libs.
 */
export const MESSAGING_MIGRATIONS: readonly Migrations[] = [
  { owner: 'outbox', folder: folderOf('outbox') },
  { owner: 'dead_letter', folder: folderOf('dead-letter') },
  { owner: 'messaging', folder: folderOf('messaging') },
];
