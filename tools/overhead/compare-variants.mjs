import path from 'node:path';
import { startKafka } from '../stack/kafka.mjs';
import { freePort } from '../stack/ports.mjs';
import { startPostgres } from '../stack/postgres.mjs';
import { services } from '../stack/environment.mjs';
import { say } from '../stack/steps.mjs';
import { temporaryFolder } from '../stack/temporary-folder.mjs';
import { startCollector } from './collector.mjs';
import { measureVariant } from './measure-variant.mjs';
import { VARIANTS } from './variants.mjs';

/**
 * @typedef {object} Measurement
 * @property {string} variant
 * @property {number} ordersPerSecond decided
 * @property {number} cpuMs of the three services, per order
 */

/**
 * Measures every variant once in each round, on one Kafka and one Postgres. Each round begins with another variant, so that
 * none is always the first.
 * @param {{ rounds: number, orders: number, connections: number, stopping: AbortSignal }} options
 * @returns {Promise<Measurement[][]>} by round, each in the order of `VARIANTS`; complete rounds alone
 */
export async function compareVariants({ rounds, stopping, ...load }) {
  const folder = temporaryFolder();
  const collector = await startCollector();
  const kafka = await startKafka({ dataDir: path.join(folder, 'kafka'), port: await freePort() });
  const postgres = await startPostgres({
    dataDir: path.join(folder, 'postgres'),
    port: await freePort(),
    databases: services.map(({ database }) => database),
  });
  const results = [];
  while (results.length < rounds && !stopping.aborted) {
    const round = new Array(VARIANTS.length);
    for (let turn = 0; turn < VARIANTS.length && !stopping.aborted; turn += 1) {
      const at = (turn + results.length) % VARIANTS.length;
      round[at] = await measureVariant(VARIANTS[at], { folder, kafka, postgres, collector, ...load });
      const { variant, ordersPerSecond, cpuMs } = round[at];
      say(
        `round ${results.length + 1}, ${variant}: ${ordersPerSecond} orders/s, ${cpuMs.toFixed(2)} ms of CPU per order`,
      );
    }
    if (!stopping.aborted) results.push(round);
  }
  collector.close();
  return results;
}
