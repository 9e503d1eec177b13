import { ConsoleLogger, type DynamicModule, type LogLevel, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ProblemFilter } from './problem.filter.js';
import { RequestValidationPipe } from './validation.js';

export interface HttpAppOptions {
  readonly title: string;
  readonly description: string;
  readonly logLevels: LogLevel[];
  /** Whether the same request may succeed later unchanged: such an error is answered with 503 and `Retry-After`. */
  readonly isUnavailable: (error: unknown) => boolean;
}

const BODY_LIMIT_BYTES = 1024 * 1024;

/**
 * A Nest application as every service has it: JSON in, JSON or a problem document out, `/openapi.json` and `/docs`.
 * It does not listen yet. SIGTERM and SIGINT close it.
 */
export async function createHttpApp(
  module: Type | DynamicModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: 'idle' });
  adapter.getInstance().removeContentTypeParser('text/plain');
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false, // Fastify's own takes JSON, and only that
    logger: new ConsoleLogger({ logLevels: options.logLevels }),
  });
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(options.isUnavailable));
  app.enableShutdownHooks(['SIGTERM', 'SIGINT']);
  serveOpenApi(app, options);
  return app;
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
