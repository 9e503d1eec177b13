import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceName } from '@orderflow/events';
import { createHttpApp } from '@orderflow/http';
import { LogModule, ServiceLogger } from '@orderflow/observability';
import { loadService } from './load-service.js';

/** The OpenAPI document of a service, without starting it. */
export async function loadDocument(name: ServiceName): Promise<OpenApiDocument> {
  const logger = new ServiceLogger({ level: 'fatal', format: 'json', service: name });
  const imports = [await loadService(name), LogModule.forRoot(logger)];
  const faults = { isUnavailable: () => false, isOutcomeUnknown: () => false };
  const app: NestFastifyApplication = await createHttpApp(
    { module: class Service {}, imports },
    { title: name, description: '', logger: false, faults },
  );
  const response = await app.getHttpAdapter().getInstance().inject('/openapi.json');
  return response.json();
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly schema?: object }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: object }>>;
}
