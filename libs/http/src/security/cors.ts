import type { FastifyInstance } from 'fastify';

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-max-age': 86_400, // a day
  vary: 'origin, access-control-request-headers',
};
const EXPOSED = 'Location, Link, ETag, Preference-Applied, Retry-After, WWW-Authenticate';

/**
 * Lets pages of these origins read responses and request changes (CORS, in the Fetch standard). Their requests carry tokens,
 * never cookies. Their preflights, which carry nothing, get a 204, whatever the path; all other requests go on to the next hook.
 */
export function allowOrigins(fastify: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  fastify.addHook('onRequest', ({ method, headers }, reply, done) => {
    void reply.header('vary', 'origin');
    const { origin, 'access-control-request-method': requested } = headers;
    if (origin === undefined || !origins.includes(origin)) return done();
    void reply.header('access-control-allow-origin', origin);
    if (method !== 'OPTIONS' || requested === undefined) {
      void reply.header('access-control-expose-headers', EXPOSED);
      return done();
    }
    const wanted = headers['access-control-request-headers'];
    if (wanted !== undefined) void reply.header('access-control-allow-headers', wanted);
    void reply.status(204).headers(PREFLIGHT).send();
  });
}
