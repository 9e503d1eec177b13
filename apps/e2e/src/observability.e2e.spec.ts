import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from './system/client.js';
import { Collector, type Span } from './traces/collector.js';
import { eventually } from './system/eventually.js';
import { SERVICES, System } from './system/system.js';
import { missingHops, named } from './traces/trace-hops.js';

let system: System;
let client: Client;
let collector: Collector;

beforeAll(async () => {
  collector = await Collector.start();
  system = await System.prepare();
  await Promise.all([system.startKafka(), system.startPostgres()]);
  for (const name of SERVICES) {
    system.startService(name, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      RETRY_FIRST_DELAY_MS: '10',
      RETRY_MAX_ATTEMPTS: '2',
    });
  }
  await system.whenReady();
  client = new Client(system);
});
afterAll(async () => {
  await system.stop();
  await collector.stop();
  expect(system.warnings()).toEqual([]);
});

/** The span of a client that records its own part of the trace. */
function clientSpan() {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}

async function placeOrder(traceparent: string): Promise<string> {
  const response = await fetch(`${system.url('order-service')}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent },
    body: JSON.stringify({ customerId: 'CUST-1', items: [{ itemId: 'ITEM-001', quantity: 1 }], totalAmount: 1 }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { orderId: string }).orderId;
}

const spanIdOf = ({ spanId }: Span) => spanId;

/** Waits until every trace has all of its hops. */
async function whenComplete(
  traces: readonly { readonly traceId: string; readonly spanId: string }[],
  matters: (hop: { readonly name: string }) => boolean = () => true,
): Promise<void> {
  const missing = () =>
    traces
      .flatMap(({ traceId, spanId }) => missingHops(collector.inTrace(traceId), spanId))
      .filter(([, name]) => matters({ name }));
  await eventually('all spans have arrived', () => missing().length === 0).catch(() => expect(missing()).toEqual([]));
}

describe('logs', () => {
  const change = (level: string) =>
    fetch(`${system.url('inventory-service')}/log-level`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ level }),
    });
  const linesOf = (orderId: string): Record<string, string>[] =>
    system.lines
      .filter((line) => line.includes(orderId))
      .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, string>)
      .filter((line) => line['orderId'] === orderId);
  const OUTCOMES = [
    ['order-service', 'Order placed'],
    ['inventory-service', 'Stock reserved'],
    ['order-service', 'Order confirmed'],
    ['notification-service', 'ORDER_CREATED'],
    ['notification-service', 'INVENTORY_RESERVED'],
  ] as const;

  it('have a line for each outcome of an order, with its trace and its event', async () => {
    const { traceId, traceparent } = clientSpan();
    const orderId = await placeOrder(traceparent);
    const outcomes = () =>
      OUTCOMES.map(([service, text]) =>
        linesOf(orderId).find(
          (line) => line['service'] === service && line['level'] === 'info' && line['msg']?.includes(text),
        ),
      );
    await eventually('every outcome is logged', () => outcomes().every((line) => line !== undefined)).catch(() =>
      expect(linesOf(orderId).map(({ msg }) => msg)).toEqual(OUTCOMES),
    );
    expect(outcomes().map((line) => line?.['trace_id'])).toEqual(OUTCOMES.map(() => traceId));
    const byEvents = outcomes()
      .slice(1)
      .map((line) => line?.['eventId']);
    expect(byEvents).toEqual(byEvents.map(() => expect.stringMatching(/^[0-9a-f-]{36}$/)));
  });

  it('have a line for each event once the level is debug, and an unknown level is refused', async () => {
    const { traceId, traceparent } = clientSpan();
    expect((await change('debug')).status).toBe(200);
    const orderId = await placeOrder(traceparent);
    const handled = () => linesOf(orderId).filter(({ msg }) => msg === 'Handled ORDER_CREATED');
    await eventually('the event is logged', () => handled().length > 0);
    expect(handled()[0]).toMatchObject({
      level: 'debug',
      service: 'inventory-service',
      orderId,
      trace_id: traceId,
      topic: 'order-events',
    });
    expect((await change('loud')).status).toBe(400);
    expect((await client.get('inventory-service', '/log-level')).body).toEqual({ level: 'debug' });
    expect((await change('log')).status).toBe(200);
  });
});

describe('tracing', () => {
  it('shows an order from the client’s request to its status and its notifications in one trace', async () => {
    const { traceId, spanId, traceparent } = clientSpan();
    const orderId = await placeOrder(traceparent);
    await whenComplete([{ traceId, spanId }]);
    const spans = collector.inTrace(traceId);
    expect(named(spans, 'order-service', 'POST /orders')[0]?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/orders',
      'http.response.status_code': 201,
    });
    const [created] = named(spans, 'order-service', 'create order-events');
    expect(named(spans, 'inventory-service', 'process order-events')[0]?.attributes).toMatchObject({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'order-events',
      'messaging.destination.partition.id': expect.stringMatching(/^\d+$/),
      'messaging.consumer.group.name': 'inventory-service',
      'messaging.message.id': created?.attributes['messaging.message.id'],
      'kafka.message.key': orderId,
      'cloudevents.event_type': 'ORDER_CREATED',
    });
  });

  it('keeps the trace of each order complete if many share a batch, and links it to the batch', async () => {
    const traces = Array.from({ length: 30 }, clientSpan);
    await Promise.all(traces.map(({ traceparent }) => placeOrder(traceparent)));
    await whenComplete(traces, ({ name }) => name !== 'transaction');
    const all = traces.map(({ traceId }) => collector.inTrace(traceId));
    const shared = all.flat().filter(({ name, linkedTraceIds }) => name === 'transaction' && linkedTraceIds.length > 0);
    expect(shared.length).toBeGreaterThan(0);
    const ids = new Set(traces.map(({ traceId }) => traceId));
    expect(shared.flatMap(({ linkedTraceIds }) => linkedTraceIds).filter((id) => !ids.has(id))).toEqual([]);
    const transactions = new Set(
      all
        .flat()
        .filter(({ name }) => name === 'transaction')
        .map(spanIdOf),
    );
    for (const spans of all) {
      const own = named(spans, 'order-service', 'transaction').length > 0;
      const [created] = named(spans, 'order-service', 'create order-events');
      expect(own || created?.linkedSpanIds.some((id) => transactions.has(id))).toBe(true);
    }
  });

  it('continues the trace with retries and replays', async () => {
    const { traceId, traceparent } = clientSpan();
    const id = randomUUID();
    await replyToUnknownOrder(id, traceparent);
    const attempts = () => named(collector.inTrace(traceId), 'order-service', 'process inventory-events');
    await eventually('the event is retried', () => attempts().length >= 2);
    const letter = async () =>
      (await client.get('order-service', '/dead-letters?status=OPEN')).body.data.find(
        ({ key }: { key: string }) => key === id,
      );
    await eventually('it is a dead letter', async () => (await letter()) !== undefined);
    const before = attempts().length;
    await client.post('order-service', `/dead-letters/${(await letter()).id}/replay`, {});
    await eventually('the replay is seen', () => attempts().length > before);
    expect(attempts().map(({ isError }) => isError)).not.toContain(false);
    expect(attempts()[0]?.attributes['error.type']).toBe('ORDER_UNKNOWN');
  });

  it('exports the remaining spans when a service shuts down', async () => {
    const { traceId, traceparent } = clientSpan();
    await placeOrder(traceparent);
    expect(await system.stopService('order-service')).toMatchObject({ code: 0 });
    expect(named(collector.inTrace(traceId), 'order-service', 'POST /orders')).toHaveLength(1);
    system.startService('order-service', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await system.whenReady();
  });

  it('does not disturb a service whose collector is unavailable, which is logged once', async () => {
    await collector.stop();
    const warnings = () => system.lines.filter((line) => /Cannot export traces/.test(line));
    const { traceparent } = clientSpan();
    const orderIds = [await placeOrder(traceparent)];
    await eventually('every service has noticed', async () => {
      orderIds.push(await placeOrder(traceparent));
      return SERVICES.every((name) => warnings().some((line) => line.startsWith(name)));
    });
    await collector.listen();
    const later = new Set<string>();
    await eventually('spans arrive again', async () => {
      const { traceId, traceparent } = clientSpan();
      later.add(traceId);
      await placeOrder(traceparent);
      return named(collector.spans, 'order-service', 'POST /orders').some((span) => later.has(span.traceId));
    });
    expect(warnings()).toHaveLength(SERVICES.length);
    for (const orderId of orderIds) {
      await eventually('the order is decided', async () => {
        return (await client.get('order-service', `/orders/${orderId}`)).body.status !== 'PENDING';
      });
    }
  });
});

/** Publishes a reply of inventory to an order that does not exist. */
async function replyToUnknownOrder(orderId: string, traceparent: string): Promise<void> {
  const producer = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const value = JSON.stringify({ orderId, customerId: 'CUST-1', items: [{ itemId: 'ITEM-001', quantity: 1 }] });
  const headers = { ce_id: randomUUID(), ce_source: '/test', ce_type: 'INVENTORY_RESERVED', traceparent };
  await producer.send({ topic: 'inventory-events', messages: [{ key: orderId, value, headers }] });
  await producer.disconnect();
}
