import { describe, expect, it } from '@jest/globals';
import { topics, topology } from '@orderflow/events';
import { GROUP_NAMES, handledBy, TOPICS } from '../../../testing/kafka/groups.ts';

const byName = (one: string, other: string) => one.localeCompare(other);

/** The types that a service handles, by topic, from `topology.ts`. */
function handledIn(service: string): Record<string, string[]> {
  const types = topology.find(({ name }) => name === service)?.handles.map(({ type }) => type) ?? [];
  const entries = topics.map(
    ({ name, types: own }) => [name, own.map(({ type }) => type).filter((type) => types.includes(type))] as const,
  );
  return Object.fromEntries(entries.filter(([, handled]) => handled.length > 0));
}

describe('the copy of the topology in the harnesses', () => {
  it('has the same topics and groups', () => {
    expect([...TOPICS].sort(byName)).toEqual(topics.map(({ name }) => name).sort(byName));
    expect([...GROUP_NAMES].sort(byName)).toEqual(topology.map(({ name }) => name).sort(byName));
  });

  it.each(GROUP_NAMES)('has the same handled types of %s', (group) => {
    const sorted = (handled: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(handled).map(([topic, types]) => [topic, [...types].sort(byName)]));
    expect(sorted(handledBy(group))).toEqual(sorted(handledIn(group)));
  });
});
