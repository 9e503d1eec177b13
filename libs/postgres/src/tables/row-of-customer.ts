import type { QueryResultRow } from 'pg';
import type { Database } from '../database/database.js';
import { prepared } from '../transactions/prepared.js';

/** @param customerId if given, a row of another customer does not exist */
export type FindRow<Row> = (
  on: Pick<Database, 'query'>,
  id: string,
  customerId?: string | undefined,
) => Promise<Row | undefined>;

/**
 * Finds a row by its id: anybody's, or only a certain customer's. These are two statements, since one with `$2 IS NULL OR …`
 * would have no plan that is best for both.
 * @param select from a table with a `customer_id`; the id is `$1`
 * @param lock such as `FOR UPDATE`
 */
export function rowOfCustomer<Row extends object>(select: string, lock = ''): FindRow<Row> {
  const [any, own] = [prepared(`${select} ${lock}`), prepared(`${select} AND customer_id = $2 ${lock}`)];
  return async (on, id, customerId) => {
    const rows = customerId === undefined ? on.query(any, [id]) : on.query(own, [id, customerId]);
    return (await (rows as Promise<(Row & QueryResultRow)[]>))[0];
  };
}
