import { setTimeout as delay } from 'node:timers/promises';

/** Waits for `work`, but at most `ms` milliseconds; after that, it continues unattended. For shutdowns, which must finish. */
export async function withTimeout(ms: number, work: Promise<unknown>): Promise<void> {
  const settled = new AbortController();
  const timeout = delay(ms, undefined, { signal: settled.signal, ref: false }).catch(() => undefined);
  await Promise.race([work, timeout]).finally(() => settled.abort());
}
