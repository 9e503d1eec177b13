import { expect, it } from '@jest/globals';
import { createHttpApp } from '@orderflow/http';
import { Metrics } from '@orderflow/observability';
import { infrastructure, loadConfig, ServiceConfig } from '@orderflow/service';
import { documentedMetrics } from './documented-metrics.js';

class AnyServiceConfig extends ServiceConfig {
  override port = 1;
  override kafkaClientId = 'any';
  override kafkaGroupId = 'any';
}
class AnyService {}

/** Nothing is connected to. */
const ENVIRONMENT = { DATABASE_URL: 'postgres://u:p@localhost:1/none', KAFKA_BROKERS: 'localhost:1' };

it('docs/reference/metrics.md lists the metrics of every service as in the code', async () => {
  const config = loadConfig(AnyServiceConfig, ENVIRONMENT);
  const migrations = { owner: 'any', folder: new URL('.', import.meta.url) };
  const personalData = { members: { customerId: 'customerId', removed: [], emptied: [] }, steps: [], parts: [] };
  const app = await createHttpApp(
    { module: AnyService, imports: infrastructure(config, { name: 'any', migrations, publishes: [], personalData }) },
    {
      title: 'Any',
      description: '',
      logger: false,
      faults: { isUnavailable: () => false, isOutcomeUnknown: () => false },
    },
  );
  const metrics = app.get(Metrics);
  expect(documentedMetrics('Every service')).toEqual(metrics.instruments());
  const process = documentedMetrics('The process');
  expect(process).not.toEqual([]);
  metrics.observeProcess();
  expect(metrics.instruments()).toEqual(expect.arrayContaining(process));
});
