import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { addErrors, ERROR_COMPONENTS, type Outputs } from './errors.js';
import { describeInputs, type Inputs } from './inputs.js';
import { routesOf } from './routes.js';
import { withExamples } from './examples.js';

export interface DocumentOptions {
  readonly title: string;
  readonly description: string;
  /** Under which clients reach the service: an address, or a path; empty if neither is known. */
  readonly publicBase: string;
}

/**
 * The OpenAPI 3.1 document of an application. What a route takes is described by the schemas that check it, and the errors
 * of every route are added: controllers say only what is special.
 */
export function openApiDocument(
  app: INestApplication,
  { title, description, publicBase }: DocumentOptions,
): OpenAPIObject {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle(title)
      .setDescription(description)
      .setVersion('1')
      .addServer(publicBase || '/')
      .build(),
  );
  for (const route of routesOf(app)) {
    const operation = (document.paths[route.path] as Record<string, Inputs & Outputs> | undefined)?.[route.method];
    if (!operation) continue; // excluded by @ApiExcludeEndpoint
    describeInputs(operation, route, document);
    addErrors(operation, route.method);
  }
  const { schemas, responses } = document.components ?? {};
  document.components = {
    ...document.components,
    schemas: { ...schemas, ...ERROR_COMPONENTS.schemas },
    responses: { ...responses, ...ERROR_COMPONENTS.responses },
  } as NonNullable<OpenAPIObject['components']>;
  return withExamples(document);
}
