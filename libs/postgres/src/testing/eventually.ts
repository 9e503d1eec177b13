import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `condition` holds; rejects with its description after `withinMs`. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  description = String(condition),
  withinMs = 20_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${description}`);
    await delay(25);
  }
}
