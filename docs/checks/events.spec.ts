import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import * as everything from '@orderflow/events';
import { Topic, topics, topology } from '@orderflow/events';

const documented = readFileSync(new URL('../reference/events.md', import.meta.url), 'utf8');

const events = topics.flatMap(({ name, types }) => types.map((type) => ({ topic: name, type })));
const eventClasses = new Set<unknown>(events.map(({ type }) => type));

const rulesOf = (shape: unknown) =>
  getMetadataStorage().getTargetValidationMetadatas(shape as new () => object, '', false, false);

/** The classes that events are made of. */
const partClasses = Object.entries(everything).filter(
  ([, value]) => typeof value === 'function' && !eventClasses.has(value) && rulesOf(value).length > 0,
);

/** The fields of a class, `?` behind those that may be missing. */
function fieldsOf(shape: unknown): string[] {
  const rules = rulesOf(shape);
  const optional = new Set(rules.filter(({ name }) => name === 'isOptional').map(({ propertyName }) => propertyName));
  const names = new Set(rules.map(({ propertyName }) => propertyName));
  return [...names].map((name) => (optional.has(name) ? `${name}?` : name)).sort();
}

/** The text below a heading, down to the next one of its level or above. */
function sectionOf(heading: string, text = documented): string {
  const [hashes] = heading.split(' ') as [string];
  const [, below = ''] = text.split(`\n${heading}\n`);
  return below.split(new RegExp(`^#{1,${hashes.length}} `, 'm'))[0] ?? '';
}

/** The first cells of the tables in a text, as they name fields. */
function fieldsIn(section: string): string[] {
  return [...section.matchAll(/^\| `(\w+\??)`/gm)].map(([, name = '']) => name).sort();
}

it('every topic that is exported is held against the documents', () => {
  const exported = Object.values(everything).filter((value) => value instanceof Topic);
  expect(new Set(exported)).toEqual(new Set(topics));
});

describe('docs/reference/events.md', () => {
  it('names every topic, and no other', () => {
    const headings = [...documented.matchAll(/^## Topic `(.+)`$/gm)].map(([, name]) => name);
    expect(headings.sort()).toEqual(topics.map(({ name }) => name).sort());
  });

  it.each(topics.map(({ name }) => name))('names every type of %s, and no other', (topic) => {
    const headings = [...sectionOf(`## Topic \`${topic}\``).matchAll(/^### `(.+)`$/gm)].map(([, name]) => name);
    const types = events.filter((event) => event.topic === topic).map(({ type }) => type.type);
    expect(headings.sort()).toEqual(types.sort());
  });

  it.each(events.map(({ topic, type }) => [type.type, topic, type] as const))(
    'describes every field of %s in %s, and no other',
    (name, topic, type) => {
      const section = sectionOf(`### \`${name}\``, sectionOf(`## Topic \`${topic}\``));
      expect(fieldsIn(section)).toEqual(fieldsOf(type));
    },
  );

  it.each(events.map(({ topic, type }) => [type.type, topic, type] as const))(
    'describes %s of %s and its consumers',
    (name, topic, type) => {
      const section = sectionOf(`### \`${name}\``, sectionOf(`## Topic \`${topic}\``)).replaceAll(/\s+/g, ' ');
      const handlers = topology.filter(({ handles }) => handles.includes(type)).map(({ name }) => name);
      expect(section).toContain(type.about);
      expect(section).toContain(
        handlers.length > 0 ? `Handled by ${handlers.join(' and ')}.` : 'No service handles it yet.',
      );
    },
  );

  it.each(partClasses)('describes every field of %s, and no other', (name, shape) => {
    expect(fieldsIn(sectionOf(`### \`${name}\``))).toEqual(fieldsOf(shape));
  });

  it('describes what events are made of', () => {
    expect(partClasses.map(([name]) => name)).toEqual(expect.arrayContaining(['OrderItem', 'Shortage']));
  });
});
