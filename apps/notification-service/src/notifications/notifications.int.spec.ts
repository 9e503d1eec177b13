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
import { SendNotification } from './send-notification.js';
import { SendNotifications } from './send-notifications.js';

const [TRACE_ID, SPAN_ID] = ['1'.repeat(32), '2'.repeat(16)];
const trace = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, tracestate: 'shop=1' };
const MIGRATIONS = { owner: 'notification_service', folder: new URL('../../migrations', import.meta.url) };

/** What has failed is due, and has only two attempts left. */
const MAKE_DUE = `UPDATE notifications SET next_attempt_at = now(), attempts = GREATEST(attempts, 10)
                  WHERE status = 'PENDING' AND attempts > 0`;

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
  const counts = new NotificationsMetrics(metrics);
  const sender = new SendNotifications(database, notifications, new SendNotification(channel, counts), counts);
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

/** The notifications as soon as they are as wanted, or after ten seconds. */
async function listedOnce(
  notifications: NotificationsRepository,
  isAsWanted: (list: readonly Notification[]) => boolean,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Notification[]> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    await meanwhile();
    const list = await notifications.list({}, { before: null, limit: 100 });
    if (isAsWanted(list) || Date.now() > deadline) return list;
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

  it('that could not be sent stay pending with their last error and are sent later', async () => {
    let broken = true;
    let failures = 0;
    const { metrics, notifications, notify } = replica(test.database, (notification) => {
      if (broken) throw new Error(`smtp://u:s3cr3t@mail is away, ${(failures += 1)}`);
      sent.push(notification);
    });
    await notify(created('o-1'));
    const [failed] = await listedOnce(notifications, ([first]) => (first?.attempts ?? 0) > 0);
    expect(failed).toMatchObject({ status: 'PENDING', attempts: 1, sentAt: null });
    expect(failed?.lastError).toBe('smtp://[redacted]@mail is away, 1');
    broken = false;
    expect((await listed(notifications, 1))[0]).toMatchObject({ status: 'SENT', attempts: failures + 1 });
    const attempts = (result: string) =>
      sample(metrics, `notification_attempts_total{channel="log",result="${result}"}`);
    expect([await attempts('failed'), await attempts('sent')]).toEqual([failures, 1]);
  });

  it('that fail do so alone: the others of their batch are sent, once', async () => {
    const { notifications, notify } = replica(test.database, (notification) => {
      sent.push(notification);
      if (notification.orderId === 'o-bad') throw new Error('no such address');
    });
    await notify(created('o-1'), created('o-bad'), created('o-2'));
    await listedOnce(notifications, (list) => list.some(({ attempts }) => attempts > 1));
    const list = await notifications.list({}, { before: null, limit: 10 });
    expect(list.map(({ orderId, status }) => `${orderId} ${status}`)).toEqual([
      'o-2 SENT',
      'o-bad PENDING',
      'o-1 SENT',
    ]);
    expect(sent.map(({ orderId }) => orderId).filter((orderId) => orderId !== 'o-bad')).toEqual(['o-1', 'o-2']);
  });

  it('of an order wait for one before them that is tried again', async () => {
    const attempted: string[] = [];
    let isBroken = true;
    const { notifications, notify } = replica(test.database, ({ type }) => {
      attempted.push(type);
      if (isBroken) throw new Error('the channel is away');
    });
    const cancelled = { ...created('o-1'), type: 'ORDER_CANCELLED' } as const;
    await notify(created('o-1'), cancelled);
    await listedOnce(notifications, (list) => list.some(({ attempts }) => attempts > 0));
    await notify({ ...created('o-1'), type: 'INVENTORY_RESERVED' } as const);
    expect(new Set(attempted)).toEqual(new Set(['ORDER_CREATED']));
    isBroken = false;
    const list = await listed(notifications, 3);
    expect(list.map(({ status, type }) => `${status} ${type}`)).toEqual([
      'SENT INVENTORY_RESERVED',
      'SENT ORDER_CANCELLED',
      'SENT ORDER_CREATED',
    ]);
    const inOrder = attempted.slice(attempted.lastIndexOf('ORDER_CREATED'));
    expect(inOrder).toEqual(['ORDER_CREATED', 'ORDER_CANCELLED', 'INVENTORY_RESERVED']);
    expect(list.map(({ attempts }) => attempts).slice(0, 2)).toEqual([1, 1]);
  });

  it('that fail again and again end as FAILED, and those behind them are sent', async () => {
    const { metrics, notifications, notify } = replica(test.database, (notification) => {
      if (notification.type === 'ORDER_CREATED') throw new Error('no such address');
      sent.push(notification);
    });
    await notify(created('o-1'), { ...created('o-1'), type: 'ORDER_CANCELLED' } as const);
    const list = await listedOnce(
      notifications,
      ([last]) => last?.status === 'SENT',
      () => test.database.query(MAKE_DUE),
    );
    expect(list[1]).toMatchObject({ status: 'FAILED', attempts: 12, lastError: 'no such address', sentAt: null });
    expect(list[0]).toMatchObject({ status: 'SENT', attempts: 1, lastError: null });
    expect((await notifications.list({ status: 'FAILED' }, { before: null, limit: 10 })).length).toBe(1);
    expect(await sample(metrics, 'notifications_failed_total{channel="log"}')).toBe(1);
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

  it('cost the same each, however many are sent together', async () => {
    const { database } = test;
    const insert = (status: string, count: number) =>
      database.query<{ id: string }>(
        `INSERT INTO notifications (notification_id, customer_id, order_id, type, channel, subject, body, status, created_at)
         SELECT uuidv7(), 'CUST-1', 'o-' || n, 'ORDER_CREATED', 'log', '', '', $1, now() FROM generate_series(1, $2::int) n
         RETURNING notification_id AS id`,
        [status, count],
      );
    await insert('SENT', 5_000);
    await database.query('ANALYZE notifications'); // Postgres believes that nothing is pending, as on a busy day
    const ids = (await insert('PENDING', 300)).map(({ id }) => id);
    const [marked, read] = await database.transaction(async (tx) => [
      await new NotificationsRepository(database).markSent(tx, ids),
      await tx.query<{ rows: number }>(
        `SELECT (seq_tup_read + idx_tup_fetch)::int AS rows FROM pg_stat_xact_user_tables WHERE relname = 'notifications'`,
      ),
    ]);
    expect(marked.length).toBe(300);
    expect(read[0]?.rows).toBeLessThan(300 * 20);
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
