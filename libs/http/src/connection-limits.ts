import type { Socket } from 'node:net';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

export interface ConnectionLimits {
  /** Open connections; what comes beyond is closed at once. */
  readonly maxConnections: number;
  /** From the first byte of a request, or the opening of its connection, to the last of its body; then 408. */
  readonly requestTimeoutMs: number;
  /** How long a request may go on to arrive once the app closes. */
  readonly shutdownGraceMs: number;
}

export const DEFAULT_LIMITS: ConnectionLimits = {
  maxConnections: 1_000,
  requestTimeoutMs: 30_000,
  shutdownGraceMs: 5_000,
};

/** Fastify's options. Node looks for late requests from time to time only, every 30 s unless told otherwise. */
export function timeoutOptions({ requestTimeoutMs }: ConnectionLimits) {
  return {
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
      requireHostHeader: false, // foreign-requests.ts says it in a problem document
    },
  };
}

/**
 * Bounds connections in number. When the app closes, each answer ends its connection, and those that have not sent a
 * full request by the end of the grace are closed: Node itself would wait for them without bound.
 */
export function limitConnections(fastify: FastifyInstance, limits: ConnectionLimits): void {
  const server = fastify.server as Server;
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

/** Each open connection, with its request that has no answer yet. */
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
