import path from 'node:path';
import { runLoad } from '../load/run-load.mjs';
import { services } from '../stack/environment.mjs';
import { Failure } from '../stack/failure.mjs';
import { root, workspaceEnvironment } from '../stack/paths.mjs';
import { freePort, poll } from '../stack/ports.mjs';
import { startGroup } from '../stack/process-group.mjs';
import { cpuMsOf } from './cpu.mjs';
import { variablesOf } from './variants.mjs';

const READY_MS = 120_000;
/** Until the code is compiled and the pools are full; no more than are measured then. */
const WARM_UP_ORDERS = 2_000;
/** As often as deploy/prometheus does. */
const SCRAPE_MS = 5_000;

/**
 * Starts the services, warms them up, measures, and ends them.
 * @param {import('./variants.mjs').Variant} variant
 * @param {{ folder: string, kafka: { brokers: string }, postgres: { url: (database: string) => string }, collector: { url: string }, orders: number, connections: number }} surroundings
 * @returns {Promise<import('./compare-variants.mjs').Measurement>}
 * @throws {Failure} where the load finds a promise broken: what was measured would mean nothing
 */
export async function measureVariant(variant, { folder, kafka, postgres, collector, orders, connections }) {
  const running = await Promise.all(
    services.map(async ({ name, database }) => {
      const port = await freePort();
      const variables = {
        ...process.env,
        ...variablesOf(variant, collector.url),
        PORT: String(port),
        KAFKA_BROKERS: kafka.brokers,
        DATABASE_URL: postgres.url(database),
      };
      const group = startGroup(path.join(root, 'node_modules/.bin/node'), [path.join('apps', name, 'dist/main.js')], {
        name,
        cwd: root,
        env: workspaceEnvironment(variables),
        output: { file: path.join(folder, `${name}.log`) },
      });
      return { group, url: `http://localhost:${port}` };
    }),
  );
  const urls = running.map(({ url }) => url);
  if (!(await poll(() => allReady(urls), { timeoutMs: READY_MS }))) throw new Failure(`not ready: see ${folder}`);
  const scraping = variant.metrics ? setInterval(() => void scrape(urls), SCRAPE_MS) : undefined;
  const [orderUrl, inventoryUrl, notificationUrl] = urls;
  const load = (count) => runLoad({ orders: count, connections, orderUrl, inventoryUrl, notificationUrl });
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

const allReady = async (urls) => (await Promise.all(urls.map(isReady))).every(Boolean);

async function isReady(url) {
  const response = await fetch(`${url}/health/ready`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok === true;
}

const scrape = (urls) =>
  Promise.all(urls.map(async (url) => (await fetch(`${url}/metrics`)).text())).catch(() => 'it is just ending');
