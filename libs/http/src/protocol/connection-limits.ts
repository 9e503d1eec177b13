import type { Socket } from 'node:net';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';

export interface ConnectionLimits {
  /** Maximum number of open connections; further ones are closed at once. */
  readonly maxConnections: number;
  /** From the first byte of a request, or the start of its connection, to the last byte of its body; then 408. */
  readonly requestTimeoutMs: number;
  /** How long a request may continue to arrive once the app closes. */
  readonly shutdownGraceMs: number;
}

export const DEFAULT_LIMITS: ConnectionLimits = {
  maxConnections: 1_000,
  requestTimeoutMs: 30_000,
  shutdownGraceMs: 5_000,
};

/** Fastify's options. Node looks for late requests only at an interval, 30 s by default. */
export function timeoutOptions({ requestTimeoutMs }: ConnectionLimits) {
  return {
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
      requireHostHeader: false, // foreign-requests.ts responds with a problem document
    },
  };
}

/**
 * Limits the number of connections of a server. When the app closes, each response closes its connection, and connections without a
 * full request at the end of the grace period are closed: Node itself would wait for them without limit.
 */
export function limitConnections(fastify: FastifyInstance, server: Server, limits: ConnectionLimits): void {
  server.maxConnections = limits.maxConnections;
  const connections = trackConnections(server);
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    setTimeout(() => closeIncomplete(connections), limits.shutdownGraceMs).unref();
    done();
  });
  fastify.addHook('onSend', async (_request, reply) => {
    if (isClosing) void reply.header('connection', 'close');
  });
}

/** Each open connection, with its request that has no response yet. */
type Connections = Map<Socket, IncomingMessage | undefined>;

function trackConnections(server: Server): Connections {
  const connections: Connections = new Map();
  server.on('connection', (socket: Socket) => {
    connections.set(socket, undefined);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    connections.set(socket, request);
    response.once('close', () => {
      if (connections.get(socket) === request) connections.set(socket, undefined);
    });
  });
  return connections;
}

function closeIncomplete(connections: Connections): void {
  for (const [socket, request] of connections) if (!request?.complete) socket.destroy();
}

/**
 * Whether a response has its connection now. One that is behind another on the same connection (pipelining) has none yet, and
 * is not told when the connection closes; one whose client has hung up has none any more.
 */
export function hasConnection({ raw }: FastifyReply): boolean {
  return raw.socket !== null && !raw.socket.destroyed && !raw.destroyed;
}
