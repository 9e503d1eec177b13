import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { OF_OPERATORS } from '@orderflow/auth';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problem, sendProblem } from '../problems/send-problem.js';
import { type ConnectionLimits, limitConnections, timeoutOptions } from '../protocol/connection-limits.js';
import { sendParserError } from '../protocol/parser-errors.js';

declare module 'fastify' {
  interface FastifyInstance {
    operatorServer?: Server;
  }
}

/** Adds a second server, with the same limits. At the first one, the operators' routes do not exist. */
export function separateOperators(fastify: FastifyInstance, limits: ConnectionLimits): void {
  const { http } = timeoutOptions(limits);
  const server = createServer(http, (request, response) => fastify.routing(request, response));
  server.on('clientError', sendParserError);
  limitConnections(fastify, server, limits);
  fastify.decorate('operatorServer', server);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isElsewhere(request)) return done();
    sendProblem(reply, problem(404, { detail: `Cannot ${request.method} ${request.url}` }));
  });
  fastify.addHook('preClose', (done) => {
    server.close();
    server.closeIdleConnections();
    done();
  });
}

/** Whether a request is for an operators' route, at a port at which these do not exist. */
export function isElsewhere({ is404, routeOptions, socket, server: { operatorServer } }: FastifyRequest): boolean {
  if (!operatorServer || is404) return false;
  const { scopes = [] } = routeOptions.config;
  const isForOperators = scopes.length > 0 && scopes.every((scope) => OF_OPERATORS.has(scope));
  const address = operatorServer.address();
  return isForOperators && (typeof address !== 'object' || address?.port !== socket.localPort);
}

/**
 * Makes the second server of an app with `separatesOperators` listen, until the app closes.
 * @throws as `listen` of `node:net` does
 */
export async function listenForOperators(app: NestFastifyApplication, port: number, host: string): Promise<void> {
  const server = app.getHttpAdapter().getInstance().operatorServer;
  if (!server) throw new Error('The app does not separate operators');
  server.listen(port, host);
  await once(server, 'listening');
}
