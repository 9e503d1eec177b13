import path from 'node:path';
import { startKafka } from '../stack/kafka.mjs';
import { freePort } from '../stack/ports.mjs';
import { startPostgres } from '../stack/postgres.mjs';
import { temporaryFolder } from '../stack/temporary-folder.mjs';

/**
 * A Kafka and a Postgres for tests: on free ports, in a temporary folder.
 * @returns {Promise<{ environment: { TEST_KAFKA_BROKERS: string, TEST_POSTGRES_URL: string }, stop: () => Promise<void> }>} what the tests read, and the end
 */
export async function startInfra() {
  const folder = temporaryFolder();
  const [kafka, postgres] = await Promise.all([
    startKafka({ dataDir: path.join(folder, 'kafka'), port: await freePort(), isShortLived: true }),
    startPostgres({
      dataDir: path.join(folder, 'postgres'),
      port: await freePort(),
      databases: [],
      survivesPowerLoss: false,
    }),
  ]);
  return {
    environment: { TEST_KAFKA_BROKERS: kafka.brokers, TEST_POSTGRES_URL: postgres.url('postgres') },
    stop: async () => {
      await Promise.all([kafka.stop(), postgres.stop()]);
    },
  };
}
