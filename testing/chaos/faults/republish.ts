import { REPUBLISH } from '../system/surface.ts';
import { firstOf } from '../../load/present.ts';
import type { System } from '../system/system.ts';

export interface Period {
  from: Date;
  to: Date;
}

/**
 * Makes every service publish its events of a period again, in parts.
 * @returns the failures, in words
 */
export async function republishAll(system: System, period: Period): Promise<string[]> {
  const failed: string[] = [];
  for (const [service, path] of Object.entries(REPUBLISH)) {
    const { url } = firstOf(system.of(service), service);
    await republish(`${url}${path}`, period).catch((error) => failed.push(`${path}: ${error.message}`));
  }
  return failed;
}

/** @throws if a response is not successful */
async function republish(url: string, period: Period) {
  for (let body: Period & { after?: string } = period, remaining = true; remaining;) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text.slice(0, 200)}`);
    const done = JSON.parse(text) as { remaining: boolean; lastOrderId: string };
    ({ remaining } = done);
    body = { ...period, after: done.lastOrderId };
  }
}
