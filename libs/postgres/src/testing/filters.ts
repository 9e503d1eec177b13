import type { Database } from '../database/database.js';

/**
 * The first and a later page of a list for every combination of its filters, by name, for `readsBeyond`.
 * @param before the key at which the later page begins
 */
export function pagesOf(
  values: Readonly<Record<string, readonly unknown[]>>,
  before: string,
  list: (database: Database, filter: object, before: string | null) => Promise<unknown>,
): Record<string, (database: Database) => Promise<unknown>> {
  const pages = combinationsOf(values).flatMap((filter) => [
    [`${JSON.stringify(filter)}, first page`, (database: Database) => list(database, filter, null)] as const,
    [`${JSON.stringify(filter)}, later page`, (database: Database) => list(database, filter, before)] as const,
  ]);
  return Object.fromEntries(pages);
}

/** Every combination of the values of filters, in which each may also be absent. */
function combinationsOf(values: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown>[] {
  return Object.entries(values).reduce<Record<string, unknown>[]>(
    (combinations, [name, each]) =>
      combinations.flatMap((one) => [one, ...each.map((value) => ({ ...one, [name]: value }))]),
    [{}],
  );
}
