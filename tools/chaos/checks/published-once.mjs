import { violationsOf } from './violation.mjs';

const violation = violationsOf('published-once');

/** What a fault has left behind is published again within this time. */
const AFTERMATH_MS = 30_000;

/**
 * While nothing fails, each event is published once: no two replicas do the same work.
 * @param {import('../observer/evidence.mjs').Evidence} evidence
 */
export function checkPublishedOnce({ events, faults }) {
  return [...events].flatMap(([key, seen]) => {
    const firstById = new Map();
    return seen.flatMap((event) => {
      const place = `${event.topic}[${event.partition}] ${event.offset}`;
      const first = firstById.get(event.id);
      if (!first) firstById.set(event.id, event);
      if (!first || isExplained(event.at, faults)) return [];
      const story = `${event.type} ${event.id} at ${place}, ${event.at - first.at} ms after the first`;
      return [violation('published twice though nothing failed', { orderId: key, story })];
    });
  });
}

/**
 * @param {number} at
 * @param {{ fault: string, from: number, to: number }[]} faults
 */
const isExplained = (at, faults) =>
  faults.some(({ fault, from, to }) => fault !== 'calm' && at >= from && at <= to + AFTERMATH_MS);
