import { type Sample, samples } from '../contract/stored.js';
import type { EventType } from '../topic.js';

export type { Sample };

/** Every stored sample of these events: what a consumer of theirs must be able to handle, for ever. */
export function samplesOf(types: readonly EventType[]): Sample[] {
  const names = new Set(types.map(({ type }) => type));
  return samples().filter(({ headers }) => names.has(headers['ce_type'] ?? ''));
}
