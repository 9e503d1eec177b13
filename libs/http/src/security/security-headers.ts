import type { FastifyInstance } from 'fastify';

/** For pages: everything is loaded from the service itself, and no other page may embed them (clickjacking). */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'", // Swagger UI uses inline styles
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers that keep browsers from guessing media types and from embedding pages in frames. */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
    if (String(reply.getHeader('content-type')).startsWith('text/html'))
      void reply.header('content-security-policy', PAGE_POLICY);
  });
}
