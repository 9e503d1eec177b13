import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** The columns of tables, with the first word of their type. */
export type Tables = Map<string, Map<string, string>>;

export const SERVICES = ['order-service', 'inventory-service', 'notification-service'];
/** The folders of the migrations of every service. */
export const SHARED = [
  ...['outbox', 'dead-letter', 'messaging'].map((owner) => `libs/messaging/migrations/${owner}`),
  'libs/idempotency/migrations',
  'libs/personal-data/migrations',
];

const TABLE_CONSTRAINT = /^(PRIMARY|CHECK|UNIQUE|FOREIGN|CONSTRAINT)$/;

/** The tables that the migrations of folders leave behind, one folder after the other. Reads the forms that our migrations use. */
export function migratedTables(...folders: readonly string[]): Tables {
  const tables: Tables = new Map();
  for (const folder of folders) {
    for (const file of readdirSync(new URL(folder, ROOT)).sort()) {
      const sql = readFileSync(new URL(`${folder}/${file}`, ROOT), 'utf8');
      applyStatements(sql.replaceAll(/--.*$/gm, ''), tables);
    }
  }
  return tables;
}

function applyStatements(sql: string, tables: Tables): void {
  for (const statement of sql.split(/;\s*$/m)) {
    const [, created, body = ''] = /CREATE (?:UNLOGGED )?TABLE (\w+) \(([^]*?)^\)/m.exec(statement) ?? [];
    if (created) tables.set(created, columnsIn(body));
    const [, table = '', change = ''] = /ALTER TABLE (\w+)([^]*)/.exec(statement) ?? [];
    if (table) alter(tables, table, change);
    const [, dropped = ''] = /^\s*DROP TABLE (\w+)/.exec(statement) ?? [];
    tables.delete(dropped);
  }
}

function columnsIn(body: string): Map<string, string> {
  const words = [...body.matchAll(/^ {2}"?(\w+)"? +\(?(\w+)/gm)].map(
    ([, name = '', type = '']) => [name, type] as const,
  );
  return new Map(words.filter(([name]) => !TABLE_CONSTRAINT.test(name)));
}

function alter(tables: Tables, table: string, change: string): void {
  const columns = tables.get(table);
  if (!columns) throw new Error(`No migration has created ${table}`);
  for (const [, added = '', type = ''] of change.matchAll(/ADD COLUMN (\w+) (\w+)/g)) columns.set(added, type);
  for (const [, from = '', to = ''] of change.matchAll(/RENAME COLUMN (\w+) TO (\w+)/g)) {
    columns.set(to, columns.get(from) ?? '');
    columns.delete(from);
  }
  if (/DROP COLUMN|DROP TABLE/.test(change)) throw new Error('This check does not know DROP yet');
  const [, renamed] = /^ RENAME TO (\w+)/.exec(change) ?? [];
  if (renamed) tables.set(renamed, columns);
  if (renamed) tables.delete(table);
}
