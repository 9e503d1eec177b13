import type { Consumer } from 'kafkajs';

export interface SessionTimeouts {
  /** How long the group waits for a heartbeat. */
  readonly sessionMs: number;
  /** How long the group waits, in a rebalance, for its members to join anew. */
  readonly rebalanceMs: number;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Never resolves; rejects when the group's coordinator has not responded for longer than the session timeout. The group has
 * then continued without `consumer`, while kafkajs still waits for a frozen broker for minutes (request timeout × retries).
 * This also detects that the process itself was frozen.
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
      if (silentMs > patienceMs) reject(new Error(`no response to heartbeats for ${Math.round(silentMs / 1_000)} s`));
    }, LOOK_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(watch));
  });
}
