import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import type { EventClass, Topic } from '../topic.js';
import { breaksOf } from './compatibility.js';
import type { JsonSchema } from '@orderflow/schema';

/** The lib's folder, from the sources and from what is built. */
const root = new URL('../../', import.meta.url);

export interface Contract {
  readonly type: EventClass;
  /** Where its schemas are: 1.json, 2.json, … */
  readonly folder: string;
  readonly derived: JsonSchema;
  /** Every version, the oldest first. */
  readonly versions: readonly JsonSchema[];
  /** Why data of an older version might not be read any more. */
  readonly breaks: readonly string[];
}

/** The current schemas of the classes, beside the stored versions. */
export function contractsOf(topics: readonly Topic<readonly EventClass[]>[]): Contract[] {
  return topics.flatMap((topic) => topic.types.map((type) => contractOf(topic, type)));
}

function contractOf({ name, schemas }: Topic<readonly EventClass[]>, type: EventClass): Contract {
  const folder = `schemas/${name}/${type.type}`;
  const derived = schemas.get(type.type) as JsonSchema;
  const versions = versionsIn(folder);
  const breaks = versions.flatMap((version, index) =>
    breaksOf(version, derived).map((reason) => `${type.type} ${reason} since version ${index + 1}`),
  );
  return { type, folder, derived, versions, breaks: [...new Set(breaks)] };
}

function versionsIn(folder: string): JsonSchema[] {
  const versions: JsonSchema[] = [];
  for (let file; existsSync((file = new URL(`${folder}/${versions.length + 1}.json`, root)));) {
    versions.push(JSON.parse(readFileSync(file, 'utf8')) as JsonSchema);
  }
  return versions;
}

/** A message as it was once written. */
export interface Sample {
  readonly file: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: object;
}

/** Every stored sample of every event. */
export function samples(): Sample[] {
  return globSync('samples/*/*.json', { cwd: root.pathname })
    .sort()
    .map((file) => ({ file, ...(JSON.parse(readFileSync(new URL(file, root), 'utf8')) as Omit<Sample, 'file'>) }));
}

/** What is only ever added to: schemas and samples, each with its SHA-256, as `sha256sum` prints them. */
export function digests(): string[] {
  const files = globSync(['schemas/*/*/*.json', 'samples/*/*.json'], { cwd: root.pathname }).sort();
  return files.map((file) => {
    const digest = createHash('sha256').update(readFileSync(new URL(file, root)));
    return `${digest.digest('hex')}  ${file}`;
  });
}

/** The digests as they were when the files were added. */
export function recordedDigests(): string[] {
  return readFileSync(new URL('contract.sha256', root), 'utf8').split('\n').filter(Boolean);
}
