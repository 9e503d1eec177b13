import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problem, sendProblem } from '../problems/send-problem.js';
import { hostOf, isHostAllowed } from './host.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const FOREIGN_HOST = 'The service does not accept this Host; ALLOWED_HOSTS names the accepted ones';
const CROSS_SITE = 'A page of another origin must not request changes here';

/**
 * Rejects requests that a foreign web page could make a browser send, before any body is read.
 * @param origins whose pages may request changes
 */
export function rejectForeignRequests(
  fastify: FastifyInstance,
  allowedHosts: readonly string[],
  origins: readonly string[],
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (lacksHost(request)) return sendProblem(reply, problem(400, { detail: 'The header Host is missing' }));
    if (!isHostAccepted(request, allowedHosts)) return sendProblem(reply, problem(421, { detail: FOREIGN_HOST }));
    if (isCrossSite(request) && !origins.includes(request.headers.origin ?? ''))
      return sendProblem(reply, problem(403, { detail: CROSS_SITE }));
    done();
  });
}

/** Only HTTP/1.0, which no browser uses, may omit it (RFC 9112, section 3.2). */
function lacksHost({ headers, raw }: FastifyRequest): boolean {
  return headers.host === undefined && raw.httpVersion !== '1.0';
}

function isHostAccepted({ headers }: FastifyRequest, allowedHosts: readonly string[]): boolean {
  if (headers.host === undefined) return true;
  const host = hostOf(headers.host);
  return host !== undefined && isHostAllowed(host, allowedHosts);
}

/**
 * Browsers send the source of an unsafe request as `Sec-Fetch-Site` (Fetch Metadata) or, older ones, as `Origin`; a client
 * that sends neither is not a browser. The same rules as `CrossOriginProtection` of Go's `net/http`.
 */
function isCrossSite({ method, headers }: FastifyRequest): boolean {
  if (SAFE_METHODS.has(method)) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== authorityOf(origin, host));
}

/** The `Host` without the default port of the origin's scheme. */
function authorityOf(origin: string, host: string | undefined): string | undefined {
  const own = `${new URL(origin).protocol}//${host}`;
  return URL.canParse(own) ? new URL(own).host : undefined;
}
