import type { Database } from '../database/database.js';
import { preparedStatements } from '../transactions/prepared.js';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Plan[];
}

/**
 * The tables that the generic plans of the prepared statements scan as a whole, with the statements. A plan that is made
 * while its tables are empty stays in use while they grow.
 */
export async function scannedTables(database: Database): Promise<string[]> {
  const scans: string[] = [];
  for (const { text } of preparedStatements()) {
    const [row] = await database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`,
    );
    const tables = row ? tablesScannedBy(row['QUERY PLAN'][0].Plan) : ['nothing'];
    scans.push(...tables.map((table) => `${table}: ${text}`));
  }
  return scans;
}

function tablesScannedBy(plan: Plan): string[] {
  const table = plan['Relation Name'];
  const isScan = /^(Seq|Index|Index Only) Scan$/.test(plan['Node Type']) && plan['Index Cond'] === undefined;
  return [...(table !== undefined && isScan ? [table] : []), ...(plan.Plans ?? []).flatMap(tablesScannedBy)];
}
