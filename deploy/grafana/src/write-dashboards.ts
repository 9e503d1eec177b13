import { writeFileSync } from 'node:fs';
import { dashboards, toJson } from './dashboards.ts';

for (const [name, dashboard] of Object.entries(dashboards)) {
  writeFileSync(new URL(`../dashboards/${name}.json`, import.meta.url), toJson(dashboard));
}
