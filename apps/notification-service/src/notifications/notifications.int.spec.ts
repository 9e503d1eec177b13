import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cause, causedBy, causeOf, Metrics } from '@orderflow/observability';
import { recordSpans, sample, type SpanRecord } from '@orderflow/observability/testing';
import type { Database } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import type { Occasion } from './domain/compose.js';
import type { LogChannel } from './log.channel.js';
import type { Notification } from './notification.js';
import { NotificationsMetrics } from './notifications.metrics.js';
import { NotificationsRepository } from './notifications.repository.js';
import { NotifyCustomers, type Told } from './notify-customers.js';
import { SendNotifications } from './send-notifications.js';

const [TRACE_ID, SPAN_ID] = ['1'.repeat(32), '2'.repeat(16)];
const trace = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, tracestate: 'shop=1' };
const MIGRATIONS = { owner: 'notification_service', folder: new URL('../../migrations', import.meta.url) };

let test: TestDatabase;
let senders: SendNotifications[];
let sent: Notification[];
let record: SpanRecord;
const sendings = () => record.spans.filter(({ name }) => name === 'send notification');

beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
});
beforeEach(async () => {
  await test.database.query('TRUNCATE notifications');
  senders = [];
  sent = [];
  record = recordSpans();
});
afterEach(async () => {
  record.stop();
  await Promise.all(senders.map((sender) => sender.onApplicationShutdown()));
});
afterAll(() => test.drop());

function replica(
  database: Database,
  send: (notification: Notification) => void = (notification) => void sent.push(notification),
) {
  const metrics = new Metrics();
  const notifications = new NotificationsRepository(database);
  const channel = { send } as unknown as LogChannel;
  const sender = new SendNotifications(database, notifications, channel, new NotificationsMetrics(metrics));
  senders.push(sender);
  sender.onApplicationBootstrap();
  const notifyCustomers = new NotifyCustomers(notifications, sender);
  return {
    metrics,
    notifications,
    notify: (...occasions: Occasion[]) => database.transaction((tx) => notifyCustomers.execute(tx, toldOf(occasions))),
  };
}

const created = (orderId: string, customerId = 'CUST-1'): Occasion => ({
  type: 'ORDER_CREATED',
  order: { orderId, customerId, items: [{ itemId: 'CUP', quantity: 1 }] },
});

const toldOf = (occasions: readonly Occasion[]): Told[] =>
  occasions.map((occasion, n) => ({ eventId: `e-${n}`, occasion }));

async function listed(notifications: NotificationsRepository, count: number, filter = {}): Promise<Notification[]> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const list = await notifications.list(filter, { before: null, limit: 100 });
    if (list.filter(({ status }) => status === 'SENT').length === count || Date.now() > deadline) return list;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('notifications', () => {
  it('are written in the transaction and sent after its commit', async () => {
    const { notifications, notify } = replica(test.database);
    await notify(created('o-1'), created('o-2'));
    const list = await listed(notifications, 2);
    expect(list.map(({ status, attempts }) => `${status} ${attempts}`)).toEqual(['SENT 1', 'SENT 1']);
    expect(sent.map(({ orderId }) => orderId).sort()).toEqual(['o-1', 'o-2']);
    for (const { sentAt, createdAt } of list) expect(sentAt?.getTime()).toBeGreaterThanOrEqual(createdAt.getTime());
  });

  it('of a rolled-back transaction are neither kept nor sent', async () => {
    const { notifications } = replica(test.database);
    const sender = senders[0] as SendNotifications;
    const failing = test.database.transaction(async (tx) => {
      await new NotifyCustomers(notifications, sender).execute(tx, toldOf([created('o-1')]));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await listed(notifications, 0)).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('that could not be sent stay pending and are sent later', async () => {
    let broken = true;
    let failures = 0;
    const { metrics, notifications, notify } = replica(test.database, (notification) => {
      if (broken) throw new Error(`the channel is away, ${(failures += 1)}`);
      sent.push(notification);
    });
    await notify(created('o-1'));
    while (failures === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await notifications.list({}, { before: null, limit: 10 }))[0]).toMatchObject({
      status: 'PENDING',
      attempts: 0,
    });
    broken = false;
    expect((await listed(notifications, 1))[0]).toMatchObject({ status: 'SENT', attempts: 1 });
    const attempts = (result: string) =>
      sample(metrics, `notification_attempts_total{channel="log",result="${result}"}`);
    expect([await attempts('failed'), await attempts('sent')]).toEqual([failures, 1]);
  });

  it('are sent in their order, each with the event that led to it, in its trace, also two of one order in one batch', async () => {
    const causes: (Cause | undefined)[] = [];
    const { notifications, notify } = replica(test.database, () => void causes.push(causeOf('any')));
    await causedBy(new Map([['o-1', { eventId: 'the last of the key', trace }]]), () =>
      notify(created('o-1'), created('o-1')),
    );
    await listed(notifications, 2);
    expect(causes.map((cause) => cause?.eventId)).toEqual(['e-0', 'e-1']);
    expect(sendings().map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(causes.map(() => SPAN_ID));
    expect(causes.map((cause) => cause?.trace)).toEqual(
      sendings().map((span) => ({
        traceparent: `00-${TRACE_ID}-${span.spanContext().spanId}-01`,
        tracestate: 'shop=1',
      })),
    );
  });

  it('that a dead replica has left behind are sent by another, in the trace of what led to them', async () => {
    const left = { send: () => undefined } as unknown as SendNotifications;
    const notifyCustomers = new NotifyCustomers(new NotificationsRepository(test.database), left);
    await causedBy(new Map([['o-1', { trace }]]), () =>
      test.database.transaction((tx) => notifyCustomers.execute(tx, toldOf([created('o-1')]))),
    );
    let failures = 0;
    const causes: (Cause | undefined)[] = [];
    const { notifications } = replica(await test.connect(), () => {
      causes.push(causeOf('any'));
      if (failures++ === 0) throw new Error('the channel is away');
    });
    await listed(notifications, 1);
    expect(causes.map((cause) => cause?.eventId)).toEqual(['e-0', 'e-0']);
    expect(sendings().map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([SPAN_ID, SPAN_ID]);
    expect(sendings().map(({ attributes }) => attributes['error.type'])).toEqual(['Error', undefined]);
  });

  it('are sent once, however many replicas share the work', async () => {
    const replicas = [replica(test.database), replica(await test.connect()), replica(await test.connect())];
    await Promise.all(
      replicas.map(({ notify }, r) => notify(...Array.from({ length: 30 }, (_, n) => created(`o-${r}-${n}`)))),
    );
    const list = await listed((replicas[0] as (typeof replicas)[0]).notifications, 90);
    expect(list.length).toBe(90);
    expect(new Set(sent.map(({ notificationId }) => notificationId)).size).toBe(sent.length);
    expect(sent.length).toBe(90);
  });

  it('are listed newest first, by customer and order', async () => {
    const { notifications, notify } = replica(test.database);
    await notify(created('o-1', 'CUST-a'));
    await notify(created('o-2', 'CUST-a'));
    await notify(created('o-3', 'CUST-b'));
    expect((await listed(notifications, 2, { customerId: 'CUST-a' })).map(({ orderId }) => orderId)).toEqual([
      'o-2',
      'o-1',
    ]);
    expect((await listed(notifications, 1, { orderId: 'o-3' })).map(({ customerId }) => customerId)).toEqual([
      'CUST-b',
    ]);
  });
});
