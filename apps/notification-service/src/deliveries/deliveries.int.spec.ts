import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cause, causedBy, causeOf } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { SendFailure } from '../channels/channel.js';
import type { Occasion } from '../notifications/domain/compose-notification.js';
import type { Notification } from '../notifications/notification.js';
import { created, listWhen, listWhenSent, TestNotifications, until } from '../testing/test-notifications.js';

const cancelled = (orderId: string, customerId = 'CUST-1'): Occasion => ({
  ...created(orderId, customerId),
  type: 'ORDER_CANCELLED',
});
const reserved = (orderId: string, customerId = 'CUST-1'): Occasion => ({
  ...created(orderId, customerId),
  type: 'INVENTORY_RESERVED',
});
const unavailable = () => new SendFailure('connect ECONNREFUSED smtp://u:s3cr3t@mail', 'unavailable');
const rejected = () => new SendFailure('The receiver answered 400', 'rejected');

let shop: TestNotifications;

beforeAll(async () => {
  shop = await TestNotifications.create();
});
beforeEach(async () => {
  await shop.start();
  await shop.contact('CUST-1', 'CUST-2');
});
afterEach(() => shop.stop());
afterAll(() => shop.test.drop());

const query = (sql: string) => shop.test.database.query<Record<string, unknown> & object>(sql);
const orderIdsOf = (notifications: readonly Notification[]) => notifications.map(({ orderId }) => orderId);

describe('notifications of customers with a contact', () => {
  it('are sent after the commit of their transaction, and leave the queue', async () => {
    const { metrics, notifications, notify } = shop.replica();
    await notify(created('o-1'), created('o-2', 'CUST-2'));
    const list = await listWhenSent(notifications, 2);
    expect(list.map(({ channel, status, attempts }) => `${channel} ${status} ${attempts}`)).toEqual([
      'email SENT 1',
      'email SENT 1',
    ]);
    expect(orderIdsOf(shop.attempted).sort()).toEqual(['o-1', 'o-2']);
    expect(await query('SELECT * FROM deliveries')).toEqual([]);
    expect(await query('SELECT due_at, lease, failures FROM delivery_lanes')).toEqual([
      { due_at: null, lease: null, failures: 0 },
      { due_at: null, lease: null, failures: 0 },
    ]);
    expect(await sample(metrics, 'notification_attempts_total{channel="email",result="sent"}')).toBe(2);
    expect(await sample(metrics, 'notifications_in_flight{channel="email"}')).toBe(0);
  });

  it('of a rolled-back transaction are neither stored nor sent', async () => {
    const { notifications, notify } = shop.replica();
    const failing = notify(created('o-1'), { ...created('o-2'), order: null } as unknown as Occasion);
    await expect(failing).rejects.toThrow();
    await notify(created('o-3'));
    expect(orderIdsOf(await listWhenSent(notifications, 1))).toEqual(['o-3']);
    expect(orderIdsOf(shop.attempted)).toEqual(['o-3']);
  });

  it('are sent outside of any transaction', async () => {
    const older = 'SELECT query FROM pg_stat_activity WHERE datname = current_database() AND xact_start < $1';
    const { notifications, notify } = shop.replica({
      send: async () => {
        const [{ now } = {}] = await query('SELECT clock_timestamp() AS now');
        await until(async () => (await shop.test.database.query(older, [now])).length === 0);
      },
    });
    await notify(created('o-1'));
    expect((await listWhen(notifications, ([first]) => first?.status === 'SENT'))[0]?.attempts).toBe(1);
  });

  it('are sent in the trace of their event, also by another replica', async () => {
    const trace = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, tracestate: 'shop=1' };
    const causes: (Cause | undefined)[] = [];
    const { notify } = shop.replica({ limits: { working: 0, failing: 0 } });
    await causedBy(new Map([['o-1', { trace }]]), () => notify(created('o-1')));
    const other = shop.replica({ database: await shop.test.connect(), send: () => void causes.push(causeOf('any')) });
    await listWhenSent(other.notifications, 1);
    expect(causes.map((cause) => cause?.eventId)).toEqual(['e-0']);
    expect(shop.sendSpans.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(['2'.repeat(16)]);
  });

  it('are sent once, however many replicas share the work', async () => {
    const replicas = [shop.replica()];
    for (let n = 1; n < 3; n += 1) replicas.push(shop.replica({ database: await shop.test.connect() }));
    const customers = Array.from({ length: 10 }, (_, n) => `CUST-many-${n}`);
    await shop.contact(...customers);
    await Promise.all(
      replicas.map(({ notify }, r) =>
        notify(...Array.from({ length: 100 }, (_, n) => created(`o-${r}-${n}`, customers[n % 10]))),
      ),
    );
    const [{ notifications } = replicas[0] as never] = replicas;
    await listWhen(notifications, (list) => list.filter(({ status }) => status === 'SENT').length === 300, {
      limit: 300,
    });
    expect(shop.attempted.length).toBe(300);
    expect(new Set(shop.attempted.map(({ notificationId }) => notificationId)).size).toBe(300);
  });

  it('go through each channel of the contact, and through none for an event that it leaves out', async () => {
    await query(`UPDATE contacts SET webhook_url = 'https://shop.example/hook', webhook_secret = '\\x00', events = '{ORDER_CREATED}'
                 WHERE customer_id = 'CUST-2'`);
    const { notifications, notify } = shop.replica();
    await notify(created('o-1', 'CUST-2'), cancelled('o-1', 'CUST-2'));
    const list = await listWhenSent(notifications, 3);
    expect(list.map(({ type, channel }) => `${type} ${channel}`).sort()).toEqual([
      'ORDER_CANCELLED log',
      'ORDER_CREATED email',
      'ORDER_CREATED webhook',
    ]);
  });
});

describe('the order of the notifications of an order', () => {
  it('is kept while earlier ones fail, and other orders of the customer do not wait', async () => {
    let isBroken = true;
    const { notifications, notify } = shop.replica({
      send: ({ notification }) => {
        if (isBroken && notification.orderId === 'o-1') throw rejected();
      },
      options: { retries: { maxAttempts: 100, firstDelayMs: 20, maxDelayMs: 20 } },
    });
    await notify(created('o-1'), cancelled('o-1'));
    await listWhen(notifications, (list) => list.some(({ attempts }) => attempts > 1));
    await notify(reserved('o-1'), created('o-2'));
    await listWhenSent(notifications, 1);
    expect(new Set(shop.attempted.map(({ orderId, type }) => `${orderId} ${type}`))).toEqual(
      new Set(['o-1 ORDER_CREATED', 'o-2 ORDER_CREATED']),
    );
    isBroken = false;
    await listWhenSent(notifications, 4);
    const ofOrder = shop.attempted.filter(({ orderId }) => orderId === 'o-1').map(({ type }) => type);
    expect(ofOrder.slice(ofOrder.lastIndexOf('ORDER_CREATED'))).toEqual([
      'ORDER_CREATED',
      'ORDER_CANCELLED',
      'INVENTORY_RESERVED',
    ]);
  });

  it('does not make another order wait for the next attempt, however late that is', async () => {
    const { notifications, notify } = shop.replica({
      send: ({ notification }) => {
        if (notification.orderId === 'o-1') throw rejected();
      },
      options: { retries: { maxAttempts: 100, firstDelayMs: 3_600_000, maxDelayMs: 3_600_000 } },
    });
    await notify(created('o-1'));
    await until(
      async () =>
        (await query('SELECT FROM delivery_lanes WHERE lease IS NULL AND failing_since IS NOT NULL')).length > 0,
    );
    await notify(created('o-2'));
    expect(orderIdsOf(await listWhenSent(notifications, 1)).sort()).toEqual(['o-1', 'o-2']);
    expect(orderIdsOf(shop.attempted)).toEqual(['o-1', 'o-2']);
  });

  it('goes on behind one that is FAILED after its last attempt', async () => {
    const { metrics, notifications, notify } = shop.replica({
      send: ({ notification }) => {
        if (notification.type === 'ORDER_CREATED') throw rejected();
      },
    });
    await notify(created('o-1'), cancelled('o-1'));
    const list = await listWhenSent(notifications, 1);
    expect(list[1]).toMatchObject({
      status: 'FAILED',
      attempts: 3,
      lastError: 'The receiver answered 400',
      sentAt: null,
    });
    expect(list[0]).toMatchObject({ status: 'SENT', attempts: 1, lastError: null });
    expect((await notifications.list({ status: 'FAILED' }, { before: null, limit: 10 })).rows.length).toBe(1);
    expect(await sample(metrics, 'notifications_failed_total{channel="email"}')).toBe(1);
  });
});

describe('a failed attempt', () => {
  it('is recorded with its time, latency and error, without secrets', async () => {
    let failures = 0;
    const { notifications, notify } = shop.replica({
      send: () => {
        if ((failures += 1) < 3) throw unavailable();
      },
    });
    await notify(created('o-1'));
    const [sent] = await listWhenSent(notifications, 1);
    const found = await notifications.find(sent?.notificationId ?? '');
    expect(found).toMatchObject({
      status: 'SENT',
      attempts: 3,
      lastError: 'connect ECONNREFUSED smtp://[redacted]@mail',
    });
    expect(found?.deliveries).toEqual([
      { channel: 'email', status: 'SENT', nextAttemptAt: null, attempts: expect.anything() },
    ]);
    expect(found?.deliveries[0]?.attempts.map(({ status, error }) => [status, error])).toEqual([
      ['FAILED', 'connect ECONNREFUSED smtp://[redacted]@mail'],
      ['FAILED', 'connect ECONNREFUSED smtp://[redacted]@mail'],
      ['SENT', null],
    ]);
    for (const { latencyMs, attemptedAt } of found?.deliveries[0]?.attempts ?? []) {
      expect(latencyMs).toBeGreaterThanOrEqual(0);
      expect(Date.now() - attemptedAt.getTime()).toBeLessThan(60_000);
    }
  });

  it('of one order does not make those of the same lane wait that were sent together with it', async () => {
    const { notifications, notify } = shop.replica({
      send: ({ notification }) => {
        if (notification.orderId === 'o-2') throw new Error('a bug of the channel');
      },
    });
    await notify(created('o-1'), created('o-2'), created('o-3'));
    const list = await listWhen(notifications, (list) => list.some(({ status }) => status === 'FAILED'));
    expect(list.map(({ orderId, status }) => `${orderId} ${status}`)).toEqual(['o-3 SENT', 'o-2 FAILED', 'o-1 SENT']);
    expect(orderIdsOf(shop.attempted).filter((orderId) => orderId !== 'o-2')).toEqual(['o-1', 'o-3']);
  });
});
