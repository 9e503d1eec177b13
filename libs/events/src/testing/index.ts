import { validatorOf } from '@orderflow/schema';
import { type Sample, samples } from '../contract/stored.js';
import { topics } from '../topology.js';
import type { EventClass } from '../topic.js';

export type { Sample };

/** Every stored sample of these events. A consumer of the events must be able to handle all samples, for ever. */
export function samplesOf(types: readonly EventClass[]): Sample[] {
  const names = new Set(types.map(({ type }) => type));
  return samples().filter(({ headers }) => names.has(headers['ce_type'] ?? ''));
}

/** The violations of an event in a topic against the class of its type, in sentences; unknown members included. */
export function violationsOf(topic: string, type: string, data: unknown): string[] {
  const eventClass = topics.find(({ name }) => name === topic)?.types.find((each) => each.type === type);
  if (!eventClass) return [`${type} is no event of ${topic}`];
  const violations = validatorOf(eventClass, { unknownMembers: 'refuse' }).violationsOf(data);
  return violations.map(({ pointer, detail }) => `${type} ${pointer} ${detail}`);
}
