import type { Consumer } from 'kafkajs';

export interface SessionTimeouts {
  /** How long the group waits for a heartbeat. */
  readonly sessionMs: number;
  /** How long the group waits, in a rebalance, for its members to join anew. */
  readonly rebalanceMs: number;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Never resolves; rejects when the group's coordinator has been silent for longer than the group itself waits. It has gone on
 * without `consumer` then, whatever kafkajs believes, which waits for a frozen broker for minutes (request timeout × retries).
 * Also how a process that was frozen itself learns of it.
 */
export function whenSessionExpires(
  consumer: Consumer,
  { sessionMs, rebalanceMs }: SessionTimeouts,
  signal: AbortSignal,
): Promise<never> {
  const { GROUP_JOIN, HEARTBEAT, REBALANCING } = consumer.events;
  let heardAt = Date.now();
  let patienceMs = Number.POSITIVE_INFINITY; // it has not joined yet
  const heard = (nextWithinMs: number) => () => {
    heardAt = Date.now();
    patienceMs = nextWithinMs;
  };
  consumer.on(GROUP_JOIN, heard(sessionMs));
  consumer.on(HEARTBEAT, heard(sessionMs));
  consumer.on(REBALANCING, heard(rebalanceMs + sessionMs));
  return new Promise((_, reject) => {
    const watch = setInterval(() => {
      const silentMs = Date.now() - heardAt;
      if (silentMs > patienceMs) reject(new Error(`no answer to heartbeats for ${Math.round(silentMs / 1_000)} s`));
    }, LOOK_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(watch));
  });
}
