import {
  causedBy,
  type Span,
  SpanKind,
  SpanStatusCode,
  type StartedSpan,
  startSpan,
  type SpanOptions,
  traceHeadersIn,
  within,
} from '@orderflow/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const TRACED: unique symbol = Symbol('traced');
declare module 'fastify' {
  interface FastifyRequest {
    [TRACED]?: StartedSpan | undefined;
  }
}

/** Requests of probes and scrapers are not traced. */
const UNTRACED = /^\/(health|metrics)\b/;

/**
 * Makes each request a span, in the trace of its headers or in a new one, and the cause of what it leads to. If tracing is
 * off, the trace of its headers is passed on.
 * @param trustsClients otherwise a request begins a trace of its own, which has a link to the one of its headers: a stranger
 * decides neither what is recorded nor which trace events belong to
 */
export function traceRequests(fastify: FastifyInstance, trustsClients: boolean): void {
  fastify.decorateRequest(TRACED, undefined);

  fastify.addHook('onRequest', (request, _reply, done) => {
    const incoming = traceHeadersIn((name) => asText(request.headers[name]));
    const origin = trustsClients ? { parent: incoming } : { links: incoming ? [incoming] : [] };
    const started = UNTRACED.test(request.url) ? { trace: origin.parent } : startRequest(request, origin);
    if (started.trace) request[TRACED] = started;
    done();
  });

  // Not earlier: asynchronous context does not survive the callbacks of the socket that come before.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const { span, trace } = request[TRACED] ?? {};
    if (trace) within(span, () => causedBy({ trace }, done));
    else done();
  });

  const end = (request: FastifyRequest, reply: FastifyReply) => {
    const span = request[TRACED]?.span;
    request[TRACED] = undefined;
    if (span) endRequest(span, reply);
  };
  // A stream may last for days.
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (isEventStream(reply)) end(request, reply);
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    end(request, reply);
    done();
  });
}

/** OpenTelemetry's conventions for HTTP servers. */
function startRequest(request: FastifyRequest, origin: Pick<SpanOptions, 'parent' | 'links'>): StartedSpan {
  const { method, url, protocol, routeOptions } = request;
  const route = routeOptions.url;
  const attributes = () => ({
    'http.request.method': method,
    'http.route': route,
    'url.path': url.split('?', 1)[0],
    'url.scheme': protocol,
    'user_agent.original': request.headers['user-agent'],
  });
  return startSpan(route ? `${method} ${route}` : method, { kind: SpanKind.SERVER, attributes, ...origin });
}

function endRequest(span: Span, { statusCode }: FastifyReply): void {
  span.setAttribute('http.response.status_code', statusCode);
  if (statusCode >= 500) {
    span.setAttribute('error.type', String(statusCode));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

const isEventStream = (reply: FastifyReply) => reply.getHeader('content-type') === 'text/event-stream';

function asText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
