import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { topology } from '../../deploy/topology.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MOST_LINES = 150;

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');

describe.each(topology.services)('apps/$name/README.md', ({ name, port, handles, publishes }) => {
  it('names its port and every event that it handles or publishes', () => {
    const text = readFileSync(new URL(`../../apps/${name}/README.md`, import.meta.url), 'utf8');
    const events = [...handles, ...publishes.flatMap((topic) => topology.topics[topic] ?? [])];
    expect(text).toContain(`Port ${port}`);
    expect(events.filter((type) => !text.includes(`\`${type}\``))).toEqual([]);
  });
});

describe('README.md', () => {
  it(`is read in a few minutes: ${MOST_LINES} lines at most`, () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(MOST_LINES);
  });

  it('names files and tests that exist, a test for each guarantee at least', () => {
    const rows = readme.split('\n').filter((line) => line.startsWith('| ') && line.includes('.spec.ts`'));
    const named = rows.flatMap((line) => [...line.matchAll(/`([\w./-]+\.ts)`/g)].map(([, name]) => name));
    expect(rows.length).toBeGreaterThan(20);
    expect(named.filter((name) => !files.some((file) => `/${file}`.endsWith(`/${name}`)))).toEqual([]);
  });

  it('lists the services as libs/events/src/topology.ts has them', () => {
    const orNone = (topics: readonly string[]) => topics.join(', ') || '–';
    const rows = [...readme.matchAll(/^\| ([\w-]+) +\| (\d+) +\| (.+?) +\| (.+?) +\|/gm)].map((row) => row.slice(1));
    expect(rows).toEqual(
      topology.services.map(({ name, port, consumes, publishes }) => [
        name,
        `${port}`,
        orNone(consumes),
        orNone(publishes),
      ]),
    );
  });

  it('links to files and folders that exist', () => {
    const targets = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((target) => !files.some((file) => `${file}/`.startsWith(`${target}/`)))).toEqual([]);
  });
});
