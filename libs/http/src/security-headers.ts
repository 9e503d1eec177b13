import type { FastifyInstance } from 'fastify';

/** Of a page: what it needs comes from the service itself, and nobody shows it in a frame (clickjacking). */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'", // Swagger UI has styles in its page
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers that keep a browser from guessing types, and pages from being shown in the frame of another. */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
    if (String(reply.getHeader('content-type')).startsWith('text/html'))
      void reply.header('content-security-policy', PAGE_POLICY);
  });
}
