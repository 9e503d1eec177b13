import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';
import type { Seen } from '../observer/witness.ts';

const violation = violationsOf('published-once');

/** Unpublished events of a fault are published again within this time. */
const AFTERMATH_MS = 30_000;
/** On a busy machine a relay may sometimes assume that a live replica has died. */
const TOLERATED_SHARE = 0.02;
/** A share of fewer events, such as those of the first seconds, is not significant. */
const ENOUGH = 1_000;

/** Without faults an event is published once: no two replicas do the same work. */
export function checkPublishedOnce({ events, faults }: Evidence) {
  let calm = 0;
  const repeated = [...events].flatMap(([key, seen]) => {
    const firstById = new Map();
    return seen.flatMap((event) => {
      const first = firstById.get(event.id);
      if (!first) firstById.set(event.id, event);
      if (isExplained(event.at, faults)) return [];
      calm += 1;
      return first ? [describeRepetition(key, first, event)] : [];
    });
  });
  return calm >= ENOUGH && repeated.length > calm * TOLERATED_SHARE ? repeated : [];
}

function describeRepetition(key: string, first: Seen, { type, id, topic, partition, offset, at }: Seen) {
  const story = `${type} ${id} at ${topic}[${partition}] ${offset}, ${at - first.at} ms after the first`;
  return violation('published twice though nothing failed', { orderId: key, story });
}

const isExplained = (at: number, faults: { fault: string; from: number; to: number }[]) =>
  faults.some(({ fault, from, to }) => fault !== 'calm' && at >= from && at <= to + AFTERMATH_MS);
