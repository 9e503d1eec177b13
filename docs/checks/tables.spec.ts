import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { migratedTables, SERVICES, SHARED, type Tables } from './migrated-tables.js';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

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
  Object.fromEntries([...tables].map(([name, columns]) => [name, [...columns.keys()].sort()] as const));

describe('docs/reference/tables.md', () => {
  it('lists the tables of every service with their columns, as the migrations create them', () => {
    expect(documented('Every service')).toEqual(sorted(migratedTables(...SHARED)));
  });

  it.each(SERVICES)('lists those of %s', (service) => {
    expect(documented(service)).toEqual(sorted(migratedTables(`apps/${service}/migrations`)));
  });
});
