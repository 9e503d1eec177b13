import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { migratedTables, SERVICES, SHARED } from './migrated-tables.js';

const PAGE = readFileSync(new URL('../explanation/personal-data.md', import.meta.url), 'utf8');
/** The types that can hold a name or an address. */
const TEXTS = /^(text|json|jsonb|bytea)$/;

/** The columns below a heading, as `table.column`: those of the column "personal", and of the column "not personal". */
function classified(heading: string): string[] {
  const section = PAGE.split(`\n### ${heading}\n`)[1]?.split(/\n##/)[0] ?? '';
  const rows = [...section.matchAll(/^\| `(\w+)` +\|([^|]*)\|([^|]*)\|/gm)];
  return rows.flatMap(([, table, ...cells]) =>
    cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, column]) => `${table}.${column}`)),
  );
}

const textColumnsOf = (...folders: readonly string[]) =>
  [...migratedTables(...folders)].flatMap(([table, columns]) =>
    [...columns].filter(([, type]) => TEXTS.test(type)).map(([column]) => `${table}.${column}`),
  );

describe('docs/explanation/personal-data.md', () => {
  it('says of each column that can hold text whether it is personal, in every service', () => {
    expect(classified('Every service').sort()).toEqual(textColumnsOf(...SHARED).sort());
  });

  it.each(SERVICES)('says so of those of %s', (service) => {
    expect(classified(service).sort()).toEqual(textColumnsOf(`apps/${service}/migrations`).sort());
  });
});
