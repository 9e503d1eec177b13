import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const MINUTE_MS = 60_000;
/** Callers whose requests are counted at once; the one that was seen longest ago is forgotten first. */
const MAX_CALLERS = 10_000;

const COUNTED_FOR: unique symbol = Symbol('countedFor');
declare module 'fastify' {
  interface FastifyRequest {
    [COUNTED_FOR]?: string;
  }
}

/** Counts the requests of each caller, in this process. */
export interface RateLimiter {
  /** Counts a request for a caller. @returns the seconds after which to try again, if there were too many in this minute */
  readonly count: (request: FastifyRequest, caller: string) => Promise<number | undefined>;
}

/** @param perMinute how many requests of a caller are accepted; undefined for any number */
export async function createRateLimiter(
  fastify: FastifyInstance,
  perMinute: number | undefined,
): Promise<RateLimiter | undefined> {
  if (perMinute === undefined) return undefined;
  await fastify.register(rateLimit, { global: false, cache: MAX_CALLERS });
  const check = fastify.createRateLimit({
    max: perMinute,
    timeWindow: MINUTE_MS,
    keyGenerator: (request) => request[COUNTED_FOR] ?? request.ip,
  });
  return {
    count: async (request, caller) => {
      request[COUNTED_FOR] = caller;
      const limit = await check(request);
      return limit.isAllowed || !limit.isExceeded ? undefined : Math.max(1, limit.ttlInSeconds);
    },
  };
}
