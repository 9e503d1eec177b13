import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { loadConfig } from '@orderflow/service';
import { Metrics } from '@orderflow/observability';
import { documentedMetrics } from '@orderflow/observability/testing';
import { NotificationServiceConfig } from './app.config.js';
import { AppModule } from './app.module.js';

/** Nothing is connected to. */
const ENVIRONMENT = { DATABASE_URL: 'postgres://u:p@localhost:1/none', KAFKA_BROKERS: 'localhost:1' };

it('docs/reference/metrics.md lists the metrics of this service as the code has them', async () => {
  const config = loadConfig(NotificationServiceConfig, ENVIRONMENT);
  const app = await Test.createTestingModule({ imports: [AppModule.forRoot(config)] }).compile();
  const common = new Set(documentedMetrics('Every service').map(({ name }) => name));
  const own = app
    .get(Metrics)
    .instruments()
    .filter(({ name }) => !common.has(name));
  expect(documentedMetrics('notification-service')).toEqual(own);
});
