import { setTimeout as delay } from 'node:timers/promises';

/** Waits for `work`, but no longer than `ms`: what takes longer goes on unattended. For shutdowns that must end. */
export async function withTimeout(ms: number, work: Promise<unknown>): Promise<void> {
  const given = new AbortController();
  const timeout = delay(ms, undefined, { signal: given.signal, ref: false }).catch(() => undefined);
  await Promise.race([work, timeout]).finally(() => given.abort());
}
