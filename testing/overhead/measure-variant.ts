import { Failure } from '../../tools/stack/failure.mjs';
import { runLoad } from '../load/run-load.ts';
import { cpuMsOf } from './cpu.ts';
import { startServices } from './start-services.ts';
import { variablesOf, type Measurement, type Variant } from './variants.ts';

/** Warms up until the code is compiled and the pools are full. After 2,000 orders, one still costs a quarter more. */
const WARM_UP_ORDERS = 10_000;
/** As often as deploy/prometheus does. */
const SCRAPE_MS = 5_000;

/**
 * Starts the services, warms them up, measures, and stops them.
 * @throws {Failure} if the load finds a violation, which makes the measurement meaningless
 */
export async function measureVariant(
  variant: Variant,
  {
    folder,
    kafka,
    postgres,
    collector,
    orders,
    connections,
  }: {
    folder: string;
    kafka: { brokers: string };
    postgres: { url: (database: string) => string };
    collector: { url: string };
    orders: number;
    connections: number;
  },
): Promise<Measurement> {
  const running = await startServices({
    folder,
    brokers: kafka.brokers,
    databaseUrl: postgres.url,
    variables: variablesOf(variant, collector.url),
  });
  const urls = running.map(({ port }) => `http://localhost:${port}`);
  const scraping = variant.metrics ? setInterval(() => void scrape(urls), SCRAPE_MS) : undefined;
  const [orderUrl, inventoryUrl, notificationUrl] = urls;
  const load = (count: number) => runLoad({ orders: count, connections, orderUrl, inventoryUrl, notificationUrl });
  const cpuMs = () => running.reduce((sum, { group }) => sum + cpuMsOf(group.pid), 0);
  await load(Math.min(WARM_UP_ORDERS, orders));
  const before = cpuMs();
  const { violations, decidedPerSecond } = await load(orders);
  const used = cpuMs() - before;
  clearInterval(scraping);
  await Promise.all(running.map(({ group }) => group.stop()));
  if (violations.length > 0) throw new Failure(`${violations.length} violations under load: try npm run load`);
  return { variant: variant.name, ordersPerSecond: decidedPerSecond, cpuMs: used / orders };
}

const scrape = (urls: string[]) =>
  Promise.all(urls.map(async (url) => (await fetch(`${url}/metrics`)).text())).catch(() => 'it is just ending');
