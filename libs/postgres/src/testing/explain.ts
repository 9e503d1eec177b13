import type { Transaction } from '../transactions/transaction.js';

/** A node of a plan, as far as the tests read it. What has run only is there with ANALYZE, blocks with BUFFERS. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * The plan of a statement.
 * @param options of EXPLAIN, such as `ANALYZE, BUFFERS`
 */
export async function explain(
  from: Pick<Transaction, 'query'>,
  options: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<PlanNode> {
  const [row] = await from.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (${options}, FORMAT JSON) ${sql}`,
    parameters,
  );
  if (!row) throw new Error('EXPLAIN returned nothing');
  return row['QUERY PLAN'][0].Plan;
}
