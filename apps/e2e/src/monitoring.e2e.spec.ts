import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { WebhookReceiver } from '../../../testing/receivers/webhook-receiver.ts';
import { runQuietly } from '../../../tools/stack/command.mjs';
import { temporaryFolder } from '../../../tools/stack/temporary-folder.mjs';
import { freePort } from '../../../tools/stack/ports.mjs';
import { ensurePrometheus, HOW_TO_GET_IT } from '../../../tools/prometheus/ensure-prometheus.mjs';
import { startPrometheus } from '../../../tools/prometheus/start-prometheus.mjs';
import { Client } from './system/client.js';
import { eventually } from './system/eventually.js';
import { NotificationDriver } from './system/notification-driver.js';
import { SERVICES, System } from './system/system.js';

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));
const read = (...file: string[]) => readFileSync(join(DEPLOY, ...file), 'utf8');

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}
interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

const rulesOf = (file: string) =>
  (parse(read('prometheus/rules', file)) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
const recorded = rulesOf('recording.yml').map(({ record = '' }) => record);
const alerts = rulesOf('alerts.yml');
const dashboards = readdirSync(join(DEPLOY, 'grafana/dashboards')).map((file) => ({
  file,
  panels: (JSON.parse(read('grafana/dashboards', file)) as { panels: Panel[] }).panels,
}));

/** The value that Grafana fills in for all services. */
const filledIn = (expr: string) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.+');
/** The series of an alert: they exist even if it does not fire. */
const selectorsIn = (expr: string) => expr.match(/\b(?:up|[a-z]+[_:][a-z0-9_:]+)\b(?!\()(\{[^}]*\})?/g) ?? [];

const binaries = await ensurePrometheus();
if (!binaries) process.stderr.write(`Rules and dashboards are not tried: ${HOW_TO_GET_IT}\n`);

(binaries ? describe : describe.skip)('rules and dashboards on a running system', () => {
  const { prometheus: binary, promtool } = binaries ?? { prometheus: '', promtool: '' };
  const folder = temporaryFolder();
  let system: System;
  let client: Client;
  let webhooks: WebhookReceiver;
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;

  beforeAll(async () => {
    system = await System.start();
    client = new Client(system);
    webhooks = new WebhookReceiver(await freePort());
    await webhooks.start();
    await new NotificationDriver(client, webhooks).contact('CUST-notified', { channels: ['webhook'] });
    const targets = Object.fromEntries(SERVICES.map((name) => [name, new URL(system.url(name)).host]));
    prometheus = await startPrometheus({ prometheus: binary, folder, targets });
    await eventually('everything is scraped', async () => {
      await trade();
      const seen = await prometheus.query('sum by (job) (up) == 1').catch(() => []);
      return seen.length === SERVICES.length;
    });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await system?.stop();
    await webhooks?.stop();
  });

  async function place(quantity: number, customerId = 'CUST-1'): Promise<string> {
    const order = { customerId, items: [{ itemId: 'ITEM-002', quantity }], totalAmount: 1 };
    return ((await client.post('order-service', '/orders', order)).body as { orderId: string }).orderId;
  }

  /** Does a little of everything that customers do. */
  async function trade(): Promise<void> {
    const [fulfilled = '', cancelled = ''] = [await place(1), await place(1, 'CUST-notified'), await place(100_000)];
    await eventually('the order is confirmed', async () => {
      return (await client.get('order-service', `/orders/${fulfilled}`)).body.status === 'CONFIRMED';
    });
    await client.post('order-service', `/orders/${fulfilled}/fulfil`, {});
    await client.post('order-service', `/orders/${cancelled}/cancel`, {});
  }

  /** The expressions that still have no value after some trading. */
  async function withoutData(expressions: readonly string[]): Promise<string[]> {
    let empty = [...expressions];
    const look = async () => {
      const found = await Promise.all(empty.map((expr) => prometheus.query(expr)));
      empty = empty.filter((_, n) => !found[n]?.some((value) => !Number.isNaN(value)));
      if (empty.length > 0) await trade();
      return empty.length === 0;
    };
    await eventually('each has data', look, 30_000).catch((error: Error) => {
      if (!error.message.startsWith('Not within')) throw error;
    });
    return empty;
  }

  it('promtool accepts the configuration', () =>
    runQuietly(promtool, ['check', 'config', join(DEPLOY, 'prometheus/prometheus.yml')]));

  it('each alert fires when it should, and not otherwise', () =>
    runQuietly(promtool, ['test', 'rules', join(DEPLOY, 'prometheus/alerts.test.yml')]).catch((error: Error) => {
      throw new Error(error.cause as string);
    }));

  it('each recording rule records something', async () => {
    expect(await withoutData(recorded)).toEqual([]);
  });

  it.each(alerts)('the metrics of the alert $alert exist', async ({ expr }) => {
    const selectors = selectorsIn(expr);
    expect(selectors).not.toEqual([]);
    expect(await withoutData(selectors)).toEqual([]);
  });

  it.each(dashboards)('each panel of $file shows data', async ({ panels }) => {
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => filledIn(expr)));
    expect(expressions.length).toBeGreaterThan(4);
    expect(await withoutData(expressions)).toEqual([]);
  });

  it('the services serve their last known metrics while Kafka and Postgres are unavailable', async () => {
    await Promise.all([system.killKafka(), system.killPostgres()]);
    for (const name of SERVICES) {
      await eventually('it notices', async () => (await system.status(name, '/health/ready')) === 503);
      const { status, body } = await client.get(name, '/metrics');
      expect(status).toBe(200);
      expect(body).toMatch(/^postgres_pool_max_connections \d+$/m);
    }
  });
});
