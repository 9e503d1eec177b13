import { ANYONE, authorize, Forbidden, type TokenVerifier } from '@orderflow/auth';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { isDenial, sendDenial } from '../problems/denial.js';
import { problem, sendProblem } from '../problems/send-problem.js';
import { isElsewhere } from './operator-port.js';
import { isPublic } from './public-routes.js';
import type { RateLimiter } from './rate-limits.js';

export interface HttpAuth {
  readonly verifier: TokenVerifier;
  /** How people log in at `/docs`, by authorization code with PKCE. */
  readonly signIn?: SignIn;
}

export interface SignIn {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  /** Of a public client. */
  readonly clientId: string;
}

/**
 * Admits only requests with an access token that allows their operation, before any body is read. Only the public routes need
 * none; a path or method that does not exist needs any valid token. Without a verifier, everyone may do everything. Requests for
 * routes that are not public are counted: for the subject of their token, or for their address if they have no valid one. A
 * valid token is admitted whatever else its address sends: clients may share it with strangers.
 */
export function authenticateRequests(
  fastify: FastifyInstance,
  verifier: TokenVerifier | undefined,
  limiter: RateLimiter | undefined,
): void {
  fastify.decorateRequest('caller', undefined);
  if (verifier) demandTokens(fastify, verifier, limiter);
  else admitEveryone(fastify, limiter);
}

function admitEveryone(fastify: FastifyInstance, limiter: RateLimiter | undefined): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.caller = ANYONE;
    done();
  });
  if (!limiter) return;
  fastify.addHook('onRequest', async (request, reply) => {
    if (isPublic(request.routeOptions.url)) return undefined;
    return isTooMany(reply, await limiter.countAddress(request)) ? reply : undefined;
  });
}

function demandTokens(fastify: FastifyInstance, verifier: TokenVerifier, limiter: RateLimiter | undefined): void {
  const forgotten: string[] = [];
  fastify.addHook('onRoute', ({ method, url, config }) => {
    if (!isPublic(url) && !config?.scopes?.length) forgotten.push(`${[method].flat().join(', ')} ${url}`);
  });
  fastify.addHook('onReady', async () => {
    if (forgotten.length > 0) throw new Error(`No scope allows ${forgotten.join('; ')}: use @Requires`);
  });
  fastify.addHook('onRequest', async (request, reply) => {
    const { is404, routeOptions, headers } = request;
    if (!is404 && isPublic(routeOptions.url)) return undefined;
    try {
      const claims = await verifier.verify(headers.authorization);
      if (isTooMany(reply, await limiter?.countSubject(request, claims.subject))) return reply;
      if (!is404 && !isElsewhere(request)) request.caller = authorize(claims, routeOptions.config.scopes ?? []);
      return undefined;
    } catch (error) {
      if (!isDenial(error)) throw error;
      const isCounted = error instanceof Forbidden; // for its subject
      if (isCounted || !isTooMany(reply, await limiter?.countAddress(request))) sendDenial(reply, error);
      return reply;
    }
  });
}

/** Responds if a request is one too many. @param retryAfter in seconds, if it is */
function isTooMany(reply: FastifyReply, retryAfter: number | undefined): boolean {
  if (retryAfter === undefined) return false;
  void reply.header('retry-after', retryAfter);
  sendProblem(reply, problem(429, { detail: `Too many requests; try again in ${retryAfter} s` }));
  return true;
}
