import type { Database } from '../database/database.js';
import { preparedStatements } from '../transactions/prepared.js';
import { explain, type PlanNode } from './explain.js';

/**
 * The tables that the generic plans of the prepared statements scan as a whole, with the statements. A plan that is made
 * while its tables are empty stays in use while they grow.
 */
export async function scannedTables(database: Database): Promise<string[]> {
  const scans: string[] = [];
  for (const { text } of preparedStatements()) {
    const tables = tablesScannedBy(await explain(database, 'GENERIC_PLAN', text));
    scans.push(...tables.map((table) => `${table}: ${text}`));
  }
  return scans;
}

function tablesScannedBy(plan: PlanNode): string[] {
  const table = plan['Relation Name'];
  const isScan = /^(Seq|Index|Index Only) Scan$/.test(plan['Node Type']) && plan['Index Cond'] === undefined;
  return [...(table !== undefined && isScan ? [table] : []), ...(plan.Plans ?? []).flatMap(tablesScannedBy)];
}
