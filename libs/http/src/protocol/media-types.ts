import type { FastifyInstance, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { PROBLEM_MEDIA_TYPE } from '../problems/problem.js';
import { problem, sendProblem } from '../problems/send-problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route responds with; JSON unless given. */
    mediaTypes?: string[];
  }
}

const JSON_TYPES = ['application/json', PROBLEM_MEDIA_TYPE];
const PAGES = new Set(['/docs', '/docs/', '/docs/events']);

/** Rejects unsupported content encodings and charsets (415), and requests for unavailable media types (406). */
export function rejectOtherMediaTypes(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = request.headers;
    if (encoding.toLowerCase() !== 'identity') {
      void reply.header('accept-encoding', 'identity');
      return sendProblem(reply, problem(415, { detail: 'Content-Encoding is not supported' }));
    }
    if (!isUtf8(type)) return sendProblem(reply, problem(415, { detail: 'The charset of a body must be utf-8' }));
    const offered = typesOf(request);
    if (offered && !new Negotiator(request).mediaType(offered)) {
      return sendProblem(
        reply,
        problem(406, { detail: `Only ${offered.join(' and ')} is available here; see the header Accept` }),
      );
    }
    done();
  });
}

function isUtf8(contentType: string): boolean {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType) ?? [];
  return charset.toLowerCase() === 'utf-8';
}

/** The media types of a route; undefined if the file or the format of the path decides. */
function typesOf({ is404, routeOptions: { url = '', config } }: FastifyRequest): string[] | undefined {
  if (is404 || url === '/openapi.yaml') return undefined;
  if (url === '/') return ['text/html', 'application/json'];
  if (url === '/metrics') return ['text/plain'];
  if (PAGES.has(url)) return ['text/html'];
  return url.startsWith('/docs') ? undefined : (config.mediaTypes ?? JSON_TYPES);
}
