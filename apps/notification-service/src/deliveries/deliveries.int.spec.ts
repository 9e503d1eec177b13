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
const forEver = () => shop.hang();

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

describe('a receiver that hangs', () => {
  it('for all of a customer’s thousand notifications does not delay another customer', async () => {
    const { notifications, notify } = shop.replica({
      send: ({ notification }) => (notification.customerId === 'CUST-1' ? forEver() : undefined),
    });
    await notify(...Array.from({ length: 1_000 }, (_, n) => created(`o-${n}`)));
    await until(() => shop.attempted.length > 0);
    await notify(created('o-other', 'CUST-2'));
    const [other] = await listWhenSent(notifications, 1, { customerId: 'CUST-2' });
    expect(other?.status).toBe('SENT');
    expect(orderIdsOf(shop.attempted).length).toBe(5); // four of the lane, and the other one
  });

  it('on many lanes leaves the slots of those that work alone', async () => {
    const hanging = Array.from({ length: 40 }, (_, n) => `CUST-hanging-${n}`);
    await shop.contact(...hanging);
    await query(`INSERT INTO delivery_lanes (channel, customer_id, host, failures, failing_since)
                 SELECT 'email', customer_id, '', 3, now() FROM contacts WHERE customer_id LIKE 'CUST-hanging-%'`);
    const { notifications, notify } = shop.replica({
      send: ({ notification }) => (notification.customerId.startsWith('CUST-hanging') ? forEver() : undefined),
    });
    await notify(...hanging.flatMap((customerId, n) => [created(`a-${n}`, customerId), created(`b-${n}`, customerId)]));
    await until(() => shop.attempted.length >= 8);
    await notify(...Array.from({ length: 20 }, (_, n) => created(`o-${n}`, 'CUST-2')));
    await listWhenSent(notifications, 20, { customerId: 'CUST-2' });
    expect(shop.attempted.filter(({ customerId }) => customerId !== 'CUST-2').length).toBe(8);
  });

  it('on a host that many customers share takes no more than the slots of a host', async () => {
    const customers = Array.from({ length: 12 }, (_, n) => `CUST-host-${n}`);
    await shop.test.database.query(
      `INSERT INTO contacts (customer_id, webhook_url, webhook_secret)
       SELECT id, CASE WHEN id = 'CUST-host-0' THEN 'https://other.example/' ELSE 'https://shared.example/' || id END, '\\x00' FROM unnest($1::text[]) id`,
      [customers],
    );
    const { notifications, notify } = shop.replica({
      limits: { perHost: 3, working: 100, perLane: 1 },
      send: ({ contact }) => (contact?.webhook?.url.includes('shared') ? forEver() : undefined),
    });
    await notify(...customers.slice(1).map((customerId) => created(`o-${customerId}`, customerId)));
    await until(() => shop.attempted.length >= 3);
    await notify(created('o-other', 'CUST-host-0'));
    await listWhenSent(notifications, 1, { customerId: 'CUST-host-0' });
    expect(shop.attempted.length).toBe(4);
  });
});

describe('a lease', () => {
  it('ends if its replica dies: another one sends what has no outcome', async () => {
    const dead = shop.replica({ send: forEver });
    await dead.notify(created('o-1'));
    await until(() => shop.attempted.length > 0);
    await query('UPDATE delivery_lanes SET due_at = now() WHERE lease IS NOT NULL'); // 30 seconds later
    const other = shop.replica({ database: await shop.test.connect() });
    await listWhenSent(other.notifications, 1);
    expect(orderIdsOf(shop.attempted)).toEqual(['o-1', 'o-1']);
  });

  it('that has ended does not let its replica release the lane of another', async () => {
    let finish: () => void = () => undefined;
    const slow = shop.replica({ send: () => new Promise<void>((resolve) => (finish = resolve)) });
    await slow.notify(created('o-1'), cancelled('o-1'));
    await until(() => shop.attempted.length > 0);
    await query("UPDATE delivery_lanes SET lease = gen_random_uuid(), due_at = now() + interval '1 hour'");
    finish();
    await listWhenSent(slow.notifications, 1);
    const [lane] = await query(
      "SELECT lease IS NOT NULL AS leased, due_at > now() + interval '50 minutes' AS rests FROM delivery_lanes",
    );
    expect(lane).toEqual({ leased: true, rests: true });
    expect(shop.attempted.length).toBe(1);
  });
});

describe('a webhook', () => {
  const withWebhook = () =>
    query(
      `UPDATE contacts SET email = NULL, webhook_url = 'https://shop.example/hook', webhook_secret = '\\x00' WHERE customer_id = 'CUST-1'`,
    );
  const contact = async () =>
    (await query("SELECT webhook_disabled_reason AS reason FROM contacts WHERE customer_id = 'CUST-1'"))[0];

  it('that is gone is disabled at once, and what waits for it is FAILED', async () => {
    await withWebhook();
    const { metrics, notifications, notify } = shop.replica({
      send: ({ contact: known }) => {
        throw known?.webhook ? new SendFailure('410', 'gone') : new SendFailure('There is no webhook', 'final');
      },
    });
    await notify(created('o-1'), cancelled('o-1'));
    const list = await listWhen(notifications, (all) => all.every(({ status }) => status === 'FAILED'));
    expect(list.length).toBe(2);
    expect((await contact())?.['reason']).toBe('The receiver wants no more messages (410)');
    expect(await sample(metrics, 'webhooks_disabled_total')).toBeGreaterThanOrEqual(1);
  });

  it('that has failed for longer than configured is disabled, with the last error as the reason', async () => {
    await withWebhook();
    const { notifications, notify } = shop.replica({
      send: () => {
        throw unavailable();
      },
      options: { retries: { maxAttempts: 1_000, firstDelayMs: 10, maxDelayMs: 10 } },
    });
    await notify(created('o-1'));
    await listWhen(notifications, ([first]) => (first?.attempts ?? 0) > 1);
    expect((await contact())?.['reason']).toBe(null);
    await query("UPDATE delivery_lanes SET failing_since = now() - interval '2 hours'");
    await until(async () => (await contact())?.['reason'] !== null);
    expect((await contact())?.['reason']).toMatch(
      /^Nothing could be sent for 2 hours; the last error: connect ECONNREFUSED/,
    );
  });
});

describe('sending again', () => {
  it('queues a notification with all attempts, once for each Idempotency-Key', async () => {
    let isBroken = true;
    const { notifications, notify, resend } = shop.replica({
      send: () => {
        if (isBroken) throw rejected();
      },
    });
    await notify(created('o-1'));
    const [failed] = await listWhen(notifications, ([first]) => first?.status === 'FAILED');
    const id = failed?.notificationId ?? '';
    isBroken = false;
    const keyed = { key: 'k', operation: 'POST /notifications/:notificationId/resend', hash: () => Buffer.from('h') };
    expect(await resend.execute(id, keyed)).toMatchObject({ kind: 'queued', notification: { status: 'PENDING' } });
    const [sent] = await listWhenSent(notifications, 1);
    expect(sent).toMatchObject({ attempts: 4, status: 'SENT' });
    expect((await resend.execute(id, keyed)).kind).toBe('queued');
    expect((await notifications.find(id))?.deliveries[0]?.attempts.length).toBe(4);
    expect((await resend.execute(id)).kind).toBe('queued');
    await listWhen(notifications, ([first]) => first?.attempts === 5);
  });

  it('is refused while it is PENDING, without its channel, and for an unknown one', async () => {
    const { notifications, notify, resend } = shop.replica({ send: forEver });
    await notify(created('o-1'), created('o-2', 'CUST-2'));
    const [second, first] = await listWhen(notifications, (list) => list.length === 2);
    expect(await resend.execute(first?.notificationId ?? '')).toEqual({ kind: 'pending' });
    await query("UPDATE notifications SET status = 'FAILED'; DELETE FROM contacts WHERE customer_id = 'CUST-2'");
    expect((await resend.execute(second?.notificationId ?? '')).kind).toBe('no-channel');
    expect((await resend.execute('0192aaaa-0000-7000-8000-000000000000')).kind).toBe('not-found');
    expect((await resend.execute('nonsense')).kind).toBe('not-found');
  });

  it('writes a notification of the log again', async () => {
    const { notifications, notify, resend } = shop.replica();
    await notify(created('o-1', 'CUST-none'));
    const [sent] = await listWhenSent(notifications, 1);
    expect((await resend.execute(sent?.notificationId ?? '')).kind).toBe('queued');
    const [again] = await listWhen(notifications, ([first]) => first?.attempts === 2);
    expect(again).toMatchObject({ channel: 'log', status: 'SENT', attempts: 2 });
  });
});
