import pg from 'pg';
import type { Database } from '../database/database.js';
import { explain, type PlanNode } from './explain.js';

/** What a statement reads to find its rows: counts that do not depend on the machine, as its time does. */
export interface Reads {
  readonly sql: string;
  /** Rows of tables, found or discarded. */
  readonly rows: number;
  /** Pages of tables and indexes, of 8 KiB each. */
  readonly buffers: number;
}

let prepared = 0;
const MEASURED = 'ANALYZE, BUFFERS, TIMING OFF';

/**
 * Runs `work` with a database that answers its queries as usual, and measures each by `EXPLAIN ANALYZE`: with a plan for its parameters,
 * and with the generic plan that a named statement may get.
 */
export async function measureReads(
  database: Database,
  work: (measured: Database) => Promise<unknown>,
): Promise<Reads[]> {
  const reads: Reads[] = [];
  const query = async (sql: string, parameters: readonly unknown[] = []) => {
    const plans = [await explain(database, MEASURED, sql, parameters), await explainGeneric(database, sql, parameters)];
    reads.push(...plans.map((plan) => ({ sql, ...readsOf(plan) })));
    return database.query(sql, parameters);
  };
  await work({ query } as unknown as Database);
  return reads;
}

/** A description of each of the named pieces of work that reads more than the bound with a statement. */
export async function readsBeyond(
  bound: Pick<Reads, 'rows' | 'buffers'>,
  database: Database,
  works: Readonly<Record<string, (measured: Database) => Promise<unknown>>>,
): Promise<string[]> {
  const beyond: string[] = [];
  for (const [name, work] of Object.entries(works)) {
    const reads = await measureReads(database, work);
    const worst = reads.filter(({ rows, buffers }) => rows > bound.rows || buffers > bound.buffers);
    beyond.push(...worst.map(({ rows, buffers }) => `${name}: ${rows} rows, ${buffers} buffers`));
  }
  return beyond;
}

function explainGeneric(database: Database, sql: string, parameters: readonly unknown[]): Promise<PlanNode> {
  const values = parameters.length === 0 ? '' : `(${parameters.map(literal).join(', ')})`;
  return database.transaction(async (tx) => {
    await tx.query('SET LOCAL plan_cache_mode = force_generic_plan');
    const name = `measured_${(prepared += 1)}`;
    await tx.query(`PREPARE ${name} AS ${sql}`);
    const plan = await explain(tx, MEASURED, `EXECUTE ${name}${values}`);
    await tx.query(`DEALLOCATE ${name}`);
    return plan;
  });
}

/** EXECUTE takes no parameters of the protocol. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map((each) => JSON.stringify(each)).join(', ')}}`);
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`;
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
}

function readsOf(plan: PlanNode): Pick<Reads, 'rows' | 'buffers'> {
  return { rows: rowsOf(plan), buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
}

function rowsOf(node: PlanNode): number {
  const perLoop =
    node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const own = node['Relation Name'] === undefined ? 0 : Math.round(perLoop * node['Actual Loops']);
  return (node.Plans ?? []).reduce((sum, child) => sum + rowsOf(child), own);
}
