import { SendFailure } from '../channel.js';
import type { ResponseHead } from './http-post.js';

/** Statuses that concern all messages to a receiver, not only this one. */
const OVERLOADED = new Set([429, 502, 503, 504]);

/** Why a response does not count as received; undefined if it does (2xx). @param now in milliseconds */
export function failureOf({ status, retryAfter }: ResponseHead, host: string, now: number): SendFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  const text = `${host} responded with ${status}`;
  if (status >= 300 && status < 400) return new SendFailure(`${text}; redirects are not followed`, 'unavailable');
  if (status === 410) return new SendFailure(`${text}: it wants no more messages`, 'gone');
  const delayMs = status === 429 || status === 503 ? retryAfterMs(retryAfter, now) : undefined;
  return new SendFailure(text, OVERLOADED.has(status) ? 'unavailable' : 'rejected', delayMs);
}

/** Reads `Retry-After` (RFC 9110, section 10.2.3): seconds or a date; undefined if it is neither. */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const delayMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(delayMs) ? undefined : Math.max(delayMs, 0);
}
