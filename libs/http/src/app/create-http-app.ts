import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Metrics } from '@orderflow/observability';
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
import { rejectForeignRequests } from '../security/foreign-requests.js';
import { addSecurityHeaders } from '../security/security-headers.js';
import { readJsonBodies } from '../validation/json-body.js';
import { RequestValidationPipe } from '../validation/validation.js';
import { type AsyncApiDocument, asyncApiPage } from './asyncapi-page.js';
import { traceRequests } from './request-spans.js';
import { measureRequests } from './request.metrics.js';

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
  /** Names besides `localhost` that are accepted as `Host`; a leading dot includes the names below it. */
  readonly allowedHosts?: readonly string[];
}

/** Five times the largest legal request: an order of 100 items. */
const BODY_LIMIT_BYTES = 64 * 1024;

/**
 * The Nest application of every service: JSON requests, JSON responses or problem documents, `/openapi.json` and `/docs`,
 * and, with `asyncApi`, `/asyncapi.json` and `/docs/events`. It does not listen yet.
 * @param module must import `MetricsModule`
 */
export async function createHttpApp(
  module: Type | DynamicModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const adapter = createAdapter(options);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false, // json-body.ts reads bodies
    logger: options.logger,
  });
  measureRequests(adapter.getInstance(), app.get(Metrics));
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(options.faults));
  serveOpenApi(app, options);
  if (options.asyncApi) serveAsyncApi(app, options.asyncApi as AsyncApiDocument);
  return app;
}

function createAdapter({ allowedHosts = [], limits: given }: HttpAppOptions): FastifyAdapter {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const adapter = new FastifyAdapter({
    ...timeoutOptions(limits),
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    clientErrorHandler: sendParserError,
    frameworkErrors: sendFrameworkError, // errors before any route, which Nest's filters do not see
  });
  const fastify = adapter.getInstance();
  limitConnections(fastify, limits);
  traceRequests(fastify);
  addSecurityHeaders(fastify);
  rejectForeignRequests(fastify, allowedHosts);
  rejectOtherMethods(fastify);
  rejectOtherMediaTypes(fastify);
  readJsonBodies(fastify);
  return adapter;
}

function serveAsyncApi(app: NestFastifyApplication, document: AsyncApiDocument): void {
  const [json, page] = [JSON.stringify(document), asyncApiPage(document)];
  const server = app.getHttpAdapter().getInstance();
  server.get('/asyncapi.json', (_, reply) => reply.type('application/json').send(json));
  server.get('/docs/events', (_, reply) => reply.type('text/html; charset=utf-8').send(page));
}

function serveOpenApi(app: NestFastifyApplication, { title, description }: HttpAppOptions): void {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setOpenAPIVersion('3.0.3')
      .setTitle(title)
      .setDescription(description)
      .setVersion('1')
      .build(),
  );
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json', yamlDocumentUrl: 'openapi.yaml' });
}
