import type { FastifyInstance } from 'fastify';

/**
 * Prefixes the paths in `Location` and `Link` with the address or path under which clients reach the service, if a proxy
 * strips it from their requests.
 */
export function publishUnder(fastify: FastifyInstance, publicBase: string): void {
  if (publicBase === '') return;
  fastify.addHook('onSend', async (_request, reply) => {
    const { location, link } = reply.getHeaders();
    if (typeof location === 'string' && location.startsWith('/')) void reply.header('location', publicBase + location);
    if (typeof link === 'string' && link.startsWith('</')) void reply.header('link', `<${publicBase}${link.slice(1)}`);
  });
}
