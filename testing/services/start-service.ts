import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { TestIssuer } from '@orderflow/auth/testing';
import { asyncApiDocument, type ServiceName } from '@orderflow/events';
import { createHttpApp } from '@orderflow/http';
import { LogModule, ServiceLogger } from '@orderflow/observability';
import { type Environment, loadService } from './load-service.js';

/**
 * A service with all its routes, which demands the issuer's tokens. It does not listen yet, and does not consume.
 * @param environment what it connects to; nothing unless given
 */
export async function startService(
  name: ServiceName,
  issuer: TestIssuer,
  environment: Environment = {},
): Promise<NestFastifyApplication> {
  const logger = new ServiceLogger({ level: 'fatal', format: 'json', service: name });
  const imports = [await loadService(name, environment), LogModule.forRoot(logger)];
  const app = await createHttpApp(
    { module: class Service {}, imports },
    {
      ...{ title: name, description: '', logger: false, asyncApi: asyncApiDocument() },
      faults: { isUnavailable: () => true, isOutcomeUnknown: () => false },
      auth: { verifier: issuer.verifier() },
    },
  );
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
