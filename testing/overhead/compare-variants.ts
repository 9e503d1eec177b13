import path from 'node:path';
import { startKafka } from '../../tools/stack/kafka.mjs';
import { freePort } from '../../tools/stack/ports.mjs';
import { startPostgres } from '../../tools/stack/postgres.mjs';
import { services } from '../../tools/stack/environment.mjs';
import { say } from '../../tools/stack/steps.mjs';
import { temporaryFolder } from '../../tools/stack/temporary-folder.mjs';
import { startCollector } from './collector.ts';
import { measureVariant } from './measure-variant.ts';
import { VARIANTS, type Measurement } from './variants.ts';

/**
 * Measures every variant once in each round, on one Kafka and one Postgres. Each round begins with another variant, so that
 * none is always the first.
 * @returns by round, each in the order of `VARIANTS`; complete rounds alone
 */
export async function compareVariants({
  rounds,
  stopping,
  ...load
}: {
  rounds: number;
  orders: number;
  connections: number;
  stopping: AbortSignal;
}): Promise<Measurement[][]> {
  const folder = temporaryFolder();
  const collector = await startCollector();
  const kafka = await startKafka({ dataDir: path.join(folder, 'kafka'), port: await freePort() });
  const postgres = await startPostgres({
    dataDir: path.join(folder, 'postgres'),
    port: await freePort(),
    databases: services.map(({ database }) => database),
  });
  const results: Measurement[][] = [];
  while (results.length < rounds && !stopping.aborted) {
    const measured: Measurement[] = [];
    for (const variant of rotated(results.length)) {
      if (stopping.aborted) break;
      const measurement = await measureVariant(variant, { folder, kafka, postgres, collector, ...load });
      measured.push(measurement);
      say(`round ${results.length + 1}, ${describe(measurement)}`);
    }
    if (measured.length === VARIANTS.length) results.push(inOrder(measured));
  }
  collector.close();
  return results;
}

/** @returns all variants, beginning with another one in each round */
function rotated(round: number) {
  const first = round % VARIANTS.length;
  return [...VARIANTS.slice(first), ...VARIANTS.slice(0, first)];
}

const inOrder = (round: Measurement[]) =>
  VARIANTS.flatMap(({ name }) => round.filter(({ variant }) => variant === name));

const describe = ({ variant, ordersPerSecond, cpuMs }: Measurement) =>
  `${variant}: ${ordersPerSecond} orders/s, ${cpuMs.toFixed(2)} ms of CPU per order`;
