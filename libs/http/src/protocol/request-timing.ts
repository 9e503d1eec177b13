import type { FastifyReply, FastifyRequest } from 'fastify';

interface Pauses {
  totalMs: number;
  /** Set during a pause. */
  since: number | undefined;
}

const PAUSES: unique symbol = Symbol('pauses');
declare module 'fastify' {
  interface FastifyRequest {
    [PAUSES]?: Pauses;
  }
}

/** From now on, a request lasts only because its client wants it to. @returns ends the pause */
export function pauseTiming(request: FastifyRequest): () => void {
  const pauses = (request[PAUSES] ??= { totalMs: 0, since: undefined });
  pauses.since ??= performance.now();
  return () => {
    pauses.totalMs = pausedMs(pauses);
    pauses.since = undefined;
  };
}

/** How long the service has taken for a request, in milliseconds. */
export function serviceTimeMs(request: FastifyRequest, reply: FastifyReply): number {
  return reply.elapsedTime - pausedMs(request[PAUSES] ?? { totalMs: 0, since: undefined });
}

function pausedMs({ totalMs, since }: Pauses): number {
  return totalMs + (since === undefined ? 0 : performance.now() - since);
}
