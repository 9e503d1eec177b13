import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cause, causedBy, causeOf, Metrics } from '@orderflow/observability';
import { recordSpans, sample } from '@orderflow/observability/testing';
import type { Database } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import type { Occasion } from './domain/compose.js';
import type { LogChannel } from './log.channel.js';
import type { Notification } from './notification.js';
import { NotificationsMetrics } from './notifications.metrics.js';
import { NotificationsRepository } from './notifications.repository.js';
import { NotifyCustomers } from './notify-customers.js';
import { SendNotifications } from './send-notifications.js';

const MIGRATIONS = { owner: 'notification_service', folder: new URL('../../migrations', import.meta.url) };

let test: TestDatabase;
let senders: SendNotifications[];
let sent: Notification[];

beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
});
beforeEach(async () => {
  await test.database.query('TRUNCATE notifications');
  senders = [];
  sent = [];
});
afterEach(() => Promise.all(senders.map((sender) => sender.onApplicationShutdown())));
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
    notify: (...occasions: Occasion[]) => database.transaction((tx) => notifyCustomers.execute(tx, occasions)),
  };
}

const created = (orderId: string, customerId = 'CUST-1'): Occasion => ({
  type: 'ORDER_CREATED',
  order: { orderId, customerId, items: [{ itemId: 'CUP', quantity: 1 }] },
});

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
      await new NotifyCustomers(notifications, sender).execute(tx, [created('o-1')]);
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

  it.each([
    ['at once', 0],
    ['by the sweep', 1],
  ])('that are sent %s are told with the event that led to them, in its trace', async (_, failures) => {
    const record = recordSpans();
    const trace = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, tracestate: 'shop=1' };
    const causes: (Cause | undefined)[] = [];
    const { notifications, notify } = replica(test.database, () => {
      causes.push(causeOf('o-1'));
      if (causes.length <= failures) throw new Error('the channel is away');
    });
    await causedBy(new Map([['o-1', { eventId: 'e-1', trace }]]), () => notify(created('o-1')));
    await listed(notifications, 1);
    record.stop();
    const spans = record.spans.filter(({ name }) => name === 'send notification');
    expect(spans.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(causes.map(() => '2'.repeat(16)));
    expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual([
      ...Array(failures).fill('Error'),
      undefined,
    ]);
    expect(causes).toEqual(
      spans.map((span) => ({
        eventId: 'e-1',
        trace: { traceparent: `00-${'1'.repeat(32)}-${span.spanContext().spanId}-01`, tracestate: 'shop=1' },
      })),
    );
    expect(causes).toHaveLength(failures + 1);
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
