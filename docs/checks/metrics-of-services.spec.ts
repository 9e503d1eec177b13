import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { topology } from '@orderflow/events';
import { Metrics } from '@orderflow/observability';
import { loadService } from '../../testing/services/load-service.js';
import { documentedMetrics } from './documented-metrics.js';

it.each(topology)('docs/reference/metrics.md lists the metrics of $name as the code has them', async ({ name }) => {
  const app = await Test.createTestingModule({ imports: [await loadService(name)] }).compile();
  const common = new Set(documentedMetrics('Every service').map(({ name }) => name));
  const own = app
    .get(Metrics)
    .instruments()
    .filter(({ name }) => !common.has(name));
  expect(documentedMetrics(name)).toEqual(own);
});
