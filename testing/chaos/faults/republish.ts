import { REPUBLISH } from '../system/surface.ts';
import { firstOf } from '../../load/present.ts';
import type { Client } from '../../load/client.ts';
import type { System } from '../system/system.ts';

export interface Period {
  from: Date;
  to: Date;
}

/**
 * Makes every service publish its events of a period again, in parts.
 * @returns the failures, in words
 */
export async function republishAll(system: System, operator: Client, period: Period): Promise<string[]> {
  const failed: string[] = [];
  for (const [service, path] of Object.entries(REPUBLISH)) {
    const { url } = firstOf(system.of(service), service);
    await republish(operator, `${url}${path}`, period).catch((error) => failed.push(`${path}: ${error.message}`));
  }
  return failed;
}

/** @throws if a response is not successful */
async function republish(operator: Client, url: string, period: Period) {
  for (let body: Period & { after?: string } = period, remaining = true; remaining;) {
    const { status, body: done } = await operator.post<{ remaining: boolean; lastOrderId: string }>(url, body);
    if (status >= 300) throw new Error(`${status} ${JSON.stringify(done).slice(0, 200)}`);
    ({ remaining } = done);
    body = { ...period, after: done.lastOrderId };
  }
}
