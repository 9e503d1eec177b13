import { describe, expect, it } from '@jest/globals';
import { topics, topology } from '@orderflow/events';
import { GROUP_NAMES, handledBy, TOPICS } from '../../../testing/kafka/groups.ts';

const byName = (one: string, other: string) => one.localeCompare(other);

/** Types that a service handles, by topic, as `topology.ts` says. */
function handledIn(service: string): Record<string, string[]> {
  const types = topology.find(({ name }) => name === service)?.handles.map(({ type }) => type) ?? [];
  const entries = topics.map(
    ({ name, types: own }) => [name, own.map(({ type }) => type).filter((type) => types.includes(type))] as const,
  );
  return Object.fromEntries(entries.filter(([, handled]) => handled.length > 0));
}

describe('what the harnesses know of topics and groups', () => {
  it('is what the topology says: topics and groups', () => {
    expect([...TOPICS].sort(byName)).toEqual(topics.map(({ name }) => name).sort(byName));
    expect([...GROUP_NAMES].sort(byName)).toEqual(topology.map(({ name }) => name).sort(byName));
  });

  it.each(GROUP_NAMES)('is what the topology says: the types that %s handles', (group) => {
    const sorted = (handled: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(handled).map(([topic, types]) => [topic, [...types].sort(byName)]));
    expect(sorted(handledBy(group))).toEqual(sorted(handledIn(group)));
  });
});
