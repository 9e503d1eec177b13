import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../tools/stack/failure.mjs';
import { NoAnswer, type Answer } from './client.ts';
import { now } from './clock.ts';

const RECONNECT_MS = 200;
const DEFAULT_RETRY_AFTER_MS = 1000;

/**
 * Repeats an idempotent request while the service is unavailable, breaks the connection, or responds with 503.
 * @param what names the request in the message
 * @returns any other response
 * @throws {Failure} if that is still so at `giveUpAt`
 */
export async function insist<Body>(
  what: string,
  request: () => Promise<Answer<Body>>,
  giveUpAt: number,
): Promise<Answer<Body>> {
  for (;;) {
    const answer = await request().catch(toNoAnswer);
    const retryMs = retryDelayMs(answer);
    if (!(answer instanceof NoAnswer) && retryMs === undefined) return answer;
    if (now() > giveUpAt) throw new Failure(`${what}: ${describe(answer)}, and patience is at its end`);
    await delay(retryMs ?? RECONNECT_MS);
  }
}

/**
 * @returns how long to wait where the request may be sent again without harm: it was refused,
 *   by a 503 or as a connection
 */
export function retryDelayMs(answer: Answer | NoAnswer): number | undefined {
  if (answer instanceof NoAnswer) return answer.mayHaveArrived ? undefined : RECONNECT_MS;
  if (answer.status !== 503) return undefined;
  const seconds = Number(answer.headers['retry-after'] ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : DEFAULT_RETRY_AFTER_MS;
}

export function toNoAnswer(error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error;
  throw error;
}

export function describe(answer: Answer | NoAnswer) {
  return answer instanceof NoAnswer ? answer.message : String(answer.status);
}
