import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `condition` holds; rejects with its description after `withinMs`. */
export async function eventually(
  what: string,
  condition: () => Promise<boolean> | boolean,
  withinMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await delay(50);
  }
}
