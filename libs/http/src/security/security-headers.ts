import type { FastifyInstance } from 'fastify';

/** For pages: everything is loaded from the service itself, and no other page may embed them (clickjacking). */
const pagePolicy = (tokenUrl: string | undefined) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'", // Swagger UI uses inline styles
    "img-src 'self' data:",
    `connect-src 'self'${tokenUrl === undefined ? '' : ` ${new URL(tokenUrl).origin}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/**
 * Headers that keep browsers from guessing media types and from embedding pages in frames.
 * @param tokenUrl where pages get tokens, if people log in there
 */
export function addSecurityHeaders(fastify: FastifyInstance, tokenUrl?: string): void {
  const policy = pagePolicy(tokenUrl);
  fastify.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
    if (String(reply.getHeader('content-type')).startsWith('text/html'))
      void reply.header('content-security-policy', policy);
  });
}
