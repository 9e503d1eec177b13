import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

type Tables = Map<string, Set<string>>;

const TABLE_CONSTRAINT = /^(PRIMARY|CHECK|UNIQUE|FOREIGN|CONSTRAINT)$/;

/** The tables that a folder's migrations leave behind, with their columns. Reads the forms that our migrations use. */
function applyMigrations(folder: string, tables: Tables): Tables {
  const files = readdirSync(new URL(folder, ROOT)).sort();
  for (const file of files) applyStatements(read(`${folder}/${file}`).replaceAll(/--.*$/gm, ''), tables);
  return tables;
}

function applyStatements(sql: string, tables: Tables): void {
  for (const statement of sql.split(/;\s*$/m)) {
    const [, created, body = ''] = /CREATE (?:UNLOGGED )?TABLE (\w+) \(([^]*?)^\)/m.exec(statement) ?? [];
    if (created) tables.set(created, new Set(columnsIn(body)));
    const [, table = '', change = ''] = /ALTER TABLE (\w+)([^]*)/.exec(statement) ?? [];
    if (table) alter(tables, table, change);
    const [, dropped = ''] = /^\s*DROP TABLE (\w+)/.exec(statement) ?? [];
    tables.delete(dropped);
  }
}

function columnsIn(body: string): string[] {
  const firstWords = [...body.matchAll(/^ {2}"?(\w+)"?/gm)].map(([, word = '']) => word);
  return firstWords.filter((word) => !TABLE_CONSTRAINT.test(word));
}

function alter(tables: Tables, table: string, change: string): void {
  const columns = tables.get(table);
  if (!columns) throw new Error(`No migration has created ${table}`);
  for (const [, added = ''] of change.matchAll(/ADD COLUMN (\w+)/g)) columns.add(added);
  for (const [, from = '', to = ''] of change.matchAll(/RENAME COLUMN (\w+) TO (\w+)/g)) {
    columns.delete(from);
    columns.add(to);
  }
  if (/DROP COLUMN|DROP TABLE/.test(change)) throw new Error('This check does not know DROP yet');
  const [, renamed] = /^ RENAME TO (\w+)/.exec(change) ?? [];
  if (renamed) tables.set(renamed, columns);
  if (renamed) tables.delete(table);
}

/** The tables below a heading of docs/reference/tables.md. */
function documented(heading: string): Record<string, string[]> {
  const section = read('docs/reference/tables.md').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const tables = section.split('\n### ').slice(1);
  const named = tables.map((text) => [/^`(\w+)`/.exec(text)?.[1], columnsOf(text)] as const);
  return Object.fromEntries(named.filter(([name]) => name).map(([name, columns]) => [name, columns.sort()]));
}

function columnsOf(text: string): string[] {
  const cells = [...text.matchAll(/^\| (`.*?) +\|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, column = '']) => column));
}

const sorted = (tables: Tables) =>
  Object.fromEntries([...tables].map(([name, columns]) => [name, [...columns].sort()] as const));

describe('docs/reference/tables.md', () => {
  it('lists the tables of every service with their columns, as the migrations create them', () => {
    const tables: Tables = new Map();
    for (const owner of ['outbox', 'dead-letter', 'messaging'])
      applyMigrations(`libs/messaging/migrations/${owner}`, tables);
    applyMigrations('libs/idempotency/migrations', tables);
    expect(documented('Every service')).toEqual(sorted(tables));
  });

  it.each(['order-service', 'inventory-service', 'notification-service'])('lists those of %s', (service) => {
    expect(documented(service)).toEqual(sorted(applyMigrations(`apps/${service}/migrations`, new Map())));
  });
});
