import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../stack/failure.mjs';
import { NoAnswer } from './client.mjs';
import { now } from './clock.mjs';

/** @typedef {import('./client.mjs').Answer} Answer */

const RECONNECT_MS = 200;
const DEFAULT_RETRY_AFTER_MS = 1000;

/**
 * Repeats a request that may be repeated, while the service is away, breaks off or says 503.
 * @param {string} what for the message
 * @param {() => Promise<Answer>} request
 * @param {number} giveUpAt
 * @returns {Promise<Answer>} any other answer
 * @throws {Failure} when it is still so at `giveUpAt`
 */
export async function insist(what, request, giveUpAt) {
  for (;;) {
    const answer = await request().catch(toNoAnswer);
    const retryMs = retryDelayMs(answer);
    if (!(answer instanceof NoAnswer) && retryMs === undefined) return answer;
    if (now() > giveUpAt) throw new Failure(`${what}: ${describe(answer)}, and patience is at its end`);
    await delay(retryMs ?? RECONNECT_MS);
  }
}

/**
 * @param {Answer | NoAnswer} answer
 * @returns {number | undefined} how long to wait where the request may be sent again without harm: it was refused,
 *   by a 503 or as a connection
 */
export function retryDelayMs(answer) {
  if (answer instanceof NoAnswer) return answer.mayHaveArrived ? undefined : RECONNECT_MS;
  if (answer.status !== 503) return undefined;
  const seconds = Number(answer.headers['retry-after'] ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : DEFAULT_RETRY_AFTER_MS;
}

/**
 * @param {unknown} error
 * @returns {NoAnswer}
 */
export function toNoAnswer(error) {
  if (error instanceof NoAnswer) return error;
  throw error;
}

/** @param {Answer | NoAnswer} answer */
export function describe(answer) {
  return answer instanceof NoAnswer ? answer.message : String(answer.status);
}
