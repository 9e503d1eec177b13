import { maxHeaderSize, type Server } from 'node:http';
import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { Metrics } from '@orderflow/observability';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from '../openapi/document.js';
import { sendFrameworkError, type FaultKinds, ProblemFilter } from '../problems/problem.filter.js';
import { rejectOtherMethods } from '../protocol/allowed-methods.js';
import {
  type ConnectionLimits,
  DEFAULT_LIMITS,
  limitConnections,
  timeoutOptions,
} from '../protocol/connection-limits.js';
import { rejectOtherMediaTypes } from '../protocol/media-types.js';
import { sendParserError } from '../protocol/parser-errors.js';
import { publishUnder } from '../protocol/public-base.js';
import { authenticateRequests, type HttpAuth } from '../security/authentication.js';
import { allowOrigins } from '../security/cors.js';
import { rejectForeignRequests } from '../security/foreign-requests.js';
import { separateOperators } from '../security/operator-port.js';
import { createRateLimiter } from '../security/rate-limits.js';
import { addSecurityHeaders } from '../security/security-headers.js';
import { readJsonBodies } from '../validation/json-body.js';
import { RequestValidationPipe } from '../validation/validation.js';
import { type AsyncApiDocument, asyncApiPage } from './asyncapi-page.js';
import { traceRequests } from './request-spans.js';
import { measureRequests } from './request.metrics.js';
import { serveStartPage } from './start-page.js';

export interface HttpAppOptions {
  readonly title: string;
  readonly description: string;
  /** `false` logs nothing. */
  readonly logger: LoggerService | false;
  readonly faults: FaultKinds;
  /** An AsyncAPI 3.0 document of the services' events, served at `/asyncapi.json` and as a page at `/docs/events`. */
  readonly asyncApi?: object;
  /** Defaults: 1,000 connections, 30 s for a request, 5 s on shutdown. */
  readonly limits?: Partial<ConnectionLimits>;
  /**
   * The address or path under which clients reach the service, without a slash at the end; empty unless a proxy strips a
   * part of their path. It begins `Location`, links, and the server in the OpenAPI document.
   */
  readonly publicBase?: string;
  /** Names besides `localhost` that are accepted as `Host`; a leading dot includes the names below it. */
  readonly allowedHosts?: readonly string[];
  /** Origins whose pages may read responses and request changes, such as `https://shop.example`. */
  readonly origins?: readonly string[];
  /** How many requests of a caller are accepted, in each process: of a token's subject, otherwise of an address. Any number unless given. */
  readonly requestsPerMinute?: number | undefined;
  /** Addresses and networks of proxies whose `X-Forwarded-For` names the client. */
  readonly trustedProxies?: readonly string[];
  /** Whether a request continues the trace that its headers name; yes, unless given. */
  readonly trustsTraces?: boolean;
  /** Whether operators' routes are served at a port of their own alone; see {@link listenForOperators}. */
  readonly separatesOperators?: boolean;
  /** How callers are authenticated; without it, everyone may do everything. */
  readonly auth?: HttpAuth | undefined;
}

/** Five times the largest legal request: an order of 100 items. */
const BODY_LIMIT_BYTES = 64 * 1024;

/**
 * The Nest application of every service: JSON requests, JSON responses or problem documents, a page at `/` about
 * `/openapi.json`, `/docs` and the rest, and, with `asyncApi`, `/asyncapi.json` and `/docs/events`. It does not listen yet.
 * @param module must import `MetricsModule`
 */
export async function createHttpApp(
  module: Type | DynamicModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const adapter = await createAdapter(options);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false, // json-body.ts reads bodies
    logger: options.logger,
  });
  measureRequests(adapter.getInstance(), app.get(Metrics));
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(options.faults));
  const { title, description, publicBase = '', asyncApi } = options;
  serveStartPage(adapter.getInstance(), { title, description, publicBase, hasEvents: asyncApi !== undefined });
  serveOpenApi(app, options);
  if (asyncApi) serveAsyncApi(app, asyncApi as AsyncApiDocument);
  return app;
}

async function createAdapter(options: HttpAppOptions): Promise<FastifyAdapter> {
  const { allowedHosts = [], origins = [], limits: given, publicBase = '', auth } = options;
  const limits = { ...DEFAULT_LIMITS, ...given };
  const adapter = new FastifyAdapter({
    ...timeoutOptions(limits),
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: maxHeaderSize }, // none is too long for the hooks
    forceCloseConnections: 'idle',
    trustProxy: options.trustedProxies ? [...options.trustedProxies] : false,
    clientErrorHandler: sendParserError,
    frameworkErrors: sendFrameworkError, // errors before any route, which Nest's filters do not see
  });
  const fastify = adapter.getInstance();
  limitConnections(fastify, fastify.server as Server, limits);
  traceRequests(fastify, options.trustsTraces ?? true);
  addSecurityHeaders(fastify, auth?.signIn?.tokenUrl);
  rejectForeignRequests(fastify, allowedHosts, origins);
  allowOrigins(fastify, origins);
  authenticateRequests(fastify, auth?.verifier, await createRateLimiter(fastify, options.requestsPerMinute));
  if (auth?.signIn) redirectToFolderOfPages(fastify);
  if (options.separatesOperators) separateOperators(fastify, limits);
  rejectOtherMethods(fastify);
  rejectOtherMediaTypes(fastify);
  readJsonBodies(fastify);
  publishUnder(fastify, publicBase);
  return adapter;
}

/** Swagger UI expects the issuer to send people back to a page beside its own, and takes `/docs` for a page in `/`. */
function redirectToFolderOfPages(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async ({ routeOptions }, reply) => {
    if (routeOptions.url === '/docs') return reply.redirect('/docs/');
    return undefined;
  });
}

function serveAsyncApi(app: NestFastifyApplication, document: AsyncApiDocument): void {
  const [json, page] = [JSON.stringify(document), asyncApiPage(document)];
  const server = app.getHttpAdapter().getInstance();
  server.get('/asyncapi.json', (_, reply) => reply.type('application/json').send(json));
  server.get('/docs/events', (_, reply) => reply.type('text/html; charset=utf-8').send(page));
}

function serveOpenApi(app: NestFastifyApplication, options: HttpAppOptions): void {
  const { title, description: own, publicBase = '', asyncApi, auth } = options;
  const ofEvents = ` The events of the services are documented at [/docs/events](${publicBase}/docs/events).`;
  const description = asyncApi ? own + ofEvents : own;
  const document = openApiDocument(app, { title, description, publicBase, auth });
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    swaggerOptions: {
      persistAuthorization: false, // a page keeps no token
      ...(auth?.signIn && {
        initOAuth: { clientId: auth.signIn.clientId, usePkceWithAuthorizationCodeGrant: true },
      }),
    },
  });
}
