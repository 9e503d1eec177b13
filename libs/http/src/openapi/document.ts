import type { INestApplication } from '@nestjs/common';
import { SECURITY_SCHEME } from '@orderflow/auth';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { HttpAuth } from '../security/authentication.js';
import { addErrors, ERROR_COMPONENTS, type Outputs } from './errors.js';
import { describeInputs, type Inputs } from './inputs.js';
import { routesOf } from './routes.js';
import { type Secured, securityScheme } from './security.js';
import { withExamples } from './examples.js';

export interface DocumentOptions {
  readonly title: string;
  readonly description: string;
  /** Under which clients reach the service: an address, or a path; empty if neither is known. */
  readonly publicBase: string;
  /** Without it, operations require nothing. */
  readonly auth: HttpAuth | undefined;
}

type Operation = Inputs & Outputs & Secured;

/**
 * The OpenAPI 3.1 document of an application. What a route takes is described by the schemas that check it, and the errors
 * of every route are added: controllers say only what is special.
 */
export function openApiDocument(
  app: INestApplication,
  { title, description, publicBase, auth }: DocumentOptions,
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
    const operation = (document.paths[route.path] as Record<string, Operation> | undefined)?.[route.method];
    if (!operation) continue; // excluded by @ApiExcludeEndpoint
    if (!auth) delete operation.security;
    describeInputs(operation, route, document, auth !== undefined);
    addErrors(operation, route.method);
  }
  const { schemas, responses } = document.components ?? {};
  document.components = {
    ...document.components,
    schemas: { ...schemas, ...ERROR_COMPONENTS.schemas },
    responses: { ...responses, ...ERROR_COMPONENTS.responses },
    ...(auth && { securitySchemes: { [SECURITY_SCHEME]: securityScheme(auth) } }),
  } as NonNullable<OpenAPIObject['components']>;
  return withExamples(document);
}
