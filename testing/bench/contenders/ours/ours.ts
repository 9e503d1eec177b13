import { startBuilt } from '../../../../tools/stack/services.mjs';
import { now } from '../../../load/clock.ts';
import { Client, type Headers } from '../../../load/client.ts';
import { createCatalogue } from '../../../load/create-catalogue.ts';
import { present } from '../../../load/present.ts';
import { variablesOf } from '../../../overhead/variants.ts';
import type { RunningService } from '../../../overhead/start-services.ts';
import type { Stage } from '../../stage.ts';
import type { Contender } from '../contender.ts';
import { openSqlBooks } from '../sql-books.ts';

const AS_STARTED = { name: 'as npm start runs it', metrics: true, logs: true, tracing: true };
const PATIENCE_MS = 30_000;

/** The built services as `npm start` runs them: every guarantee, metrics, logs at info written to files, one trace in a hundred. */
export const ours: Contender = {
  name: 'ours',
  startService: startBuilt,
  variables: ({ collector }) => variablesOf(AS_STARTED, collector.url),
  prepare: async () => undefined,
  openBooks: (running, stage) => openBooks(running, stage),
};

/** @param headers of who creates items */
export function openBooks(running: RunningService[], stage: Stage, headers?: Headers) {
  const inventory = present(
    running.find(({ name }) => name === 'inventory-service'),
    'the inventory service',
  );
  const inventoryUrl = `http://localhost:${inventory.port}`;
  return openSqlBooks(stage, async (items) => {
    const client = new Client(1, { headers });
    await createCatalogue(client, { inventoryUrl, items, giveUpAt: now() + PATIENCE_MS });
    client.close();
  });
}
