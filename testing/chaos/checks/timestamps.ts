import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const violation = violationsOf('timestamps');

/** The tolerance for correct clocks. */
const TOLERATED_MS = 10 * 60_000;

/**
 * Each event has the time of its publishing, even if its replica's clock is wrong: a topic deletes messages by their time,
 * and rejects those from the future.
 */
export function checkTimestamps({ events, span }: Pick<Evidence, 'events' | 'span'>) {
  const [from, to] = [span.from - TOLERATED_MS, span.to + TOLERATED_MS];
  return [...events].flatMap(([orderId, seen]) =>
    seen
      .filter(({ at }) => at < from || at > to)
      .map(({ type, at, topic, partition, offset }) => {
        const story = `${type} at ${topic}[${partition}] ${offset} has the time ${new Date(at).toISOString()}`;
        return violation('published with the time of another clock', { orderId, story });
      }),
  );
}
