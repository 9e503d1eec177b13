import type { Metrics } from '@orderflow/observability';
import type { FastifyInstance } from 'fastify';
import { serviceTimeMs } from '../protocol/request-timing.js';

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Measures each request, from its arrival to the last byte of its response, without the time that its client wants it to last. Labels are bounded: the route is its template
 * (`/orders/:orderId`), or `other` without a route. A URL that cannot be decoded is not measured.
 */
export function measureRequests(server: Pick<FastifyInstance, 'addHook'>, metrics: Metrics): void {
  const duration = metrics.histogram(
    {
      name: 'http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its response, without the time that its client wants it to last',
      labels: ['method', 'route', 'status'],
    },
    BUCKETS_SECONDS,
  );
  server.addHook('onResponse', (request, reply, done) => {
    const route = (request.is404 ? undefined : request.routeOptions.url) ?? 'other';
    duration.observe(
      { method: request.method, route, status: reply.statusCode },
      serviceTimeMs(request, reply) / 1_000,
    );
    done();
  });
}
