import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { dashboards, toJson } from './dashboards.ts';

const FOLDER = new URL('../dashboards/', import.meta.url);

describe('deploy/grafana/dashboards', () => {
  it.each(Object.entries(dashboards))(
    '%s.json is what the code makes: node deploy/grafana/src/write-dashboards.ts',
    (name, dashboard) => {
      expect(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')).toBe(toJson(dashboard));
    },
  );

  it('holds no other', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(
      Object.keys(dashboards)
        .map((name) => `${name}.json`)
        .sort(),
    );
  });

  it('has an identity of its own for each, so that links to it stay', () => {
    const uids = Object.values(dashboards).map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids).not.toContain(undefined);
  });
});
