import rateLimit, { type RateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const MINUTE_MS = 60_000;
/** Subjects, and addresses, whose requests are counted at once; the one that was seen longest ago is forgotten first. */
const MAX_CALLERS = 10_000;

const SUBJECT: unique symbol = Symbol('subject');
declare module 'fastify' {
  interface FastifyRequest {
    [SUBJECT]?: string;
  }
}

/**
 * Counts the requests of each caller, in this process. A network of 64 bits counts as one IPv6 address. Addresses, of which a
 * stranger may have any number, displace no subject.
 * @returns of each method: the seconds after which to try again, if there were too many in this minute
 */
export interface RateLimiter {
  /** Counts a request for the subject of its token. */
  readonly countSubject: (request: FastifyRequest, subject: string) => Promise<number | undefined>;
  /** Counts a request for its address. */
  readonly countAddress: (request: FastifyRequest) => Promise<number | undefined>;
}

/** @param perMinute how many requests of a caller are accepted; undefined for any number */
export async function createRateLimiter(
  fastify: FastifyInstance,
  perMinute: number | undefined,
): Promise<RateLimiter | undefined> {
  if (perMinute === undefined) return undefined;
  await fastify.register(rateLimit, { global: false });
  // Each has a store of its own, whose size its type leaves out.
  const options: RateLimitOptions = { max: perMinute, timeWindow: MINUTE_MS, cache: MAX_CALLERS };
  const subjects = fastify.createRateLimit({ ...options, keyGenerator: (request) => String(request[SUBJECT]) });
  const addresses = fastify.createRateLimit(options);
  return {
    countSubject: async (request, subject) => {
      request[SUBJECT] = subject;
      return secondsUntilNext(await subjects(request));
    },
    countAddress: async (request) => secondsUntilNext(await addresses(request)),
  };
}

type Count = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>;

function secondsUntilNext(count: Count): number | undefined {
  return 'isExceeded' in count && count.isExceeded ? Math.max(1, count.ttlInSeconds) : undefined;
}
