import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from './client.js';
import { Collector, type Span } from './collector.js';
import { eventually } from './eventually.js';
import { SERVICES, System } from './system.js';

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

/** The place of a client that records its own part of the trace. */
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

const named = (spans: readonly Span[], service: string, name: string) =>
  spans.filter((span) => span.service === service && span.name === name);

/** The way of a single order from hop to hop: where, what, and the place in this list that it continues. */
const HOPS = [
  ['order-service', 'POST /orders', 'client'],
  ['order-service', 'transaction', 'POST /orders'],
  ['order-service', 'create order-events', 'POST /orders'],
  ['order-service', 'send order-events', 'create order-events'],
  ['inventory-service', 'process order-events', 'create order-events'],
  ['notification-service', 'process order-events', 'create order-events'],
  ['inventory-service', 'create inventory-events', 'process order-events'],
  ['inventory-service', 'send inventory-events', 'create inventory-events'],
  ['order-service', 'process inventory-events', 'create inventory-events'],
  ['notification-service', 'process inventory-events', 'create inventory-events'],
  ['notification-service', 'send notification', 'process order-events'],
  ['notification-service', 'send notification', 'process inventory-events'],
] as const;

type Hop = (typeof HOPS)[number];

/** The hops of the way that are not in a trace, or don't continue what they should. */
function lackOf(spans: readonly Span[], clientSpanId: string): Hop[] {
  const isThere = ([service, name, before]: Hop) => {
    const places =
      before === 'client' ? [clientSpanId] : spans.filter((span) => span.name === before).map(({ spanId }) => spanId);
    return named(spans, service, name).some(({ parentSpanId = '' }) => places.includes(parentSpanId));
  };
  return HOPS.filter((hop) => !isThere(hop));
}

const spanIdOf = ({ spanId }: Span) => spanId;

/** Waits until every trace has all of its hops. */
async function whole(
  traces: readonly { readonly traceId: string; readonly spanId: string }[],
  matters: (hop: { readonly name: string }) => boolean = () => true,
): Promise<void> {
  const lacks = () =>
    traces
      .flatMap(({ traceId, spanId }) => lackOf(collector.inTrace(traceId), spanId))
      .filter(([, name]) => matters({ name }));
  await eventually('all spans have come', () => lacks().length === 0).catch(() => expect(lacks()).toEqual([]));
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

  it('say each outcome of an order, with its trace and the event that led to it', async () => {
    const { traceId, traceparent } = clientSpan();
    const orderId = await placeOrder(traceparent);
    const outcomes = () =>
      OUTCOMES.map(([service, text]) =>
        linesOf(orderId).find(
          (line) => line['service'] === service && line['level'] === 'info' && line['msg']?.includes(text),
        ),
      );
    await eventually('every outcome is said', () => outcomes().every((line) => line !== undefined)).catch(() =>
      expect(linesOf(orderId).map(({ msg }) => msg)).toEqual(OUTCOMES),
    );
    expect(outcomes().map((line) => line?.['trace_id'])).toEqual(OUTCOMES.map(() => traceId));
    const byEvents = outcomes()
      .slice(1)
      .map((line) => line?.['eventId']);
    expect(byEvents).toEqual(byEvents.map(() => expect.stringMatching(/^[0-9a-f-]{36}$/)));
  });

  it('say each event at debug, from the moment when that is asked for, and refuse a level that there is not', async () => {
    const { traceId, traceparent } = clientSpan();
    expect((await change('debug')).status).toBe(200);
    const orderId = await placeOrder(traceparent);
    const handled = () => linesOf(orderId).filter(({ msg }) => msg === 'Handled ORDER_CREATED');
    await eventually('the event is said', () => handled().length > 0);
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
    await whole([{ traceId, spanId }]);
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

  it('keeps the trace of each order whole where many share a batch, and links it and the batch', async () => {
    const traces = Array.from({ length: 30 }, clientSpan);
    await Promise.all(traces.map(({ traceparent }) => placeOrder(traceparent)));
    await whole(traces, ({ name }) => name !== 'transaction');
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

  it('goes on in the same trace with retries and replays', async () => {
    const { traceId, traceparent } = clientSpan();
    const id = randomUUID();
    await tellOfUnknownOrder(id, traceparent);
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

  it('exports what is left when a service ends', async () => {
    const { traceId, traceparent } = clientSpan();
    await placeOrder(traceparent);
    expect(await system.stopService('order-service')).toMatchObject({ code: 0 });
    expect(named(collector.inTrace(traceId), 'order-service', 'POST /orders')).toHaveLength(1);
    system.startService('order-service', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await system.whenReady();
  });

  it('does not disturb a service whose collector is away, which says so once', async () => {
    await collector.stop();
    const complaints = () => system.lines.filter((line) => /Cannot export traces/.test(line));
    const { traceparent } = clientSpan();
    const orderIds = [await placeOrder(traceparent)];
    await eventually('every service has noticed', async () => {
      orderIds.push(await placeOrder(traceparent));
      return SERVICES.every((name) => complaints().some((line) => line.startsWith(name)));
    });
    await collector.listen();
    const later = new Set<string>();
    await eventually('spans come again', async () => {
      const { traceId, traceparent } = clientSpan();
      later.add(traceId);
      await placeOrder(traceparent);
      return named(collector.spans, 'order-service', 'POST /orders').some((span) => later.has(span.traceId));
    });
    expect(complaints()).toHaveLength(SERVICES.length);
    for (const orderId of orderIds) {
      await eventually('the order is decided', async () => {
        return (await client.get('order-service', `/orders/${orderId}`)).body.status !== 'PENDING';
      });
    }
  });
});

/** An answer of the inventory that the order service can't do anything with. */
async function tellOfUnknownOrder(orderId: string, traceparent: string): Promise<void> {
  const producer = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const value = JSON.stringify({ orderId, customerId: 'CUST-1', items: [{ itemId: 'ITEM-001', quantity: 1 }] });
  const headers = { ce_id: randomUUID(), ce_source: '/test', ce_type: 'INVENTORY_RESERVED', traceparent };
  await producer.send({ topic: 'inventory-events', messages: [{ key: orderId, value, headers }] });
  await producer.disconnect();
}
