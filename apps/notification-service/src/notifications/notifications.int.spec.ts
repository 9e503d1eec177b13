import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cause, causedBy, causeOf } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { created, listWhenSent, requestsFor, TestNotifications } from '../testing/test-notifications.js';
import { CreateNotifications } from './create-notifications.js';
import { NotificationsRepository } from './notifications.repository.js';
import type { SendNotifications } from './sending/send-notifications.js';

const [TRACE_ID, SPAN_ID] = ['1'.repeat(32), '2'.repeat(16)];
const trace = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, tracestate: 'shop=1' };

let shop: TestNotifications;

beforeAll(async () => {
  shop = await TestNotifications.create();
});
beforeEach(() => shop.start());
afterEach(() => shop.stop());
afterAll(() => shop.test.drop());

describe('notifications', () => {
  it('are written in the transaction and sent after its commit', async () => {
    const { notifications, notify } = shop.replica();
    await notify(created('o-1'), created('o-2'));
    const list = await listWhenSent(notifications, 2);
    expect(list.map(({ status, attempts }) => `${status} ${attempts}`)).toEqual(['SENT 1', 'SENT 1']);
    expect(shop.sent.map(({ orderId }) => orderId).sort()).toEqual(['o-1', 'o-2']);
    for (const { sentAt, createdAt } of list) expect(sentAt?.getTime()).toBeGreaterThanOrEqual(createdAt.getTime());
  });

  it('of an immediate channel are sent before they are stored as SENT, and never written again', async () => {
    await shop.test.database.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'written again'; END $$;
       CREATE TRIGGER refuse BEFORE UPDATE ON notifications EXECUTE FUNCTION refuse()`,
    );
    try {
      const { metrics, notifications, notify } = shop.replica(shop.test.database, undefined, true);
      await notify(created('o-1'), created('o-1'), created('o-2'));
      const { rows: list } = await notifications.list({}, { before: null, limit: 10 });
      expect(list.map(({ orderId, status, attempts }) => `${orderId} ${status} ${attempts}`)).toEqual([
        'o-2 SENT 1',
        'o-1 SENT 1',
        'o-1 SENT 1',
      ]);
      for (const { sentAt, createdAt } of list) expect(sentAt?.getTime()).toBeGreaterThanOrEqual(createdAt.getTime());
      expect(shop.sent.map(({ orderId }) => orderId)).toEqual(['o-1', 'o-1', 'o-2']);
      expect(await sample(metrics, 'notification_attempts_total{channel="log",result="sent"}')).toBe(3);
    } finally {
      await shop.test.database.query('DROP TRIGGER refuse ON notifications; DROP FUNCTION refuse()');
    }
  });

  it('of an immediate channel are not stored if it fails, so that the event is handled again', async () => {
    const broken = () => {
      throw new Error('a bug of the channel');
    };
    const { notifications, notify } = shop.replica(shop.test.database, broken, true);
    await expect(notify(created('o-1'))).rejects.toThrow('a bug of the channel');
    expect((await notifications.list({}, { before: null, limit: 10 })).rows).toEqual([]);
  });

  it('of a rolled-back transaction are neither stored nor sent', async () => {
    const { notifications } = shop.replica();
    const sender = shop.senders[0] as SendNotifications;
    const failing = shop.test.database.transaction(async (tx) => {
      await new CreateNotifications(notifications, sender).execute(tx, requestsFor([created('o-1')]));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await listWhenSent(notifications, 0)).toEqual([]);
    expect(shop.sent).toEqual([]);
  });

  it('are sent in order, each in the trace of its event, even two of one order in one batch', async () => {
    const causes: (Cause | undefined)[] = [];
    const { notifications, notify } = shop.replica(shop.test.database, () => void causes.push(causeOf('any')));
    await causedBy(new Map([['o-1', { eventId: 'the last event of the key', trace }]]), () =>
      notify(created('o-1'), created('o-1')),
    );
    await listWhenSent(notifications, 2);
    expect(causes.map((cause) => cause?.eventId)).toEqual(['e-0', 'e-1']);
    expect(shop.sendSpans.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(causes.map(() => SPAN_ID));
    expect(causes.map((cause) => cause?.trace)).toEqual(
      shop.sendSpans.map((span) => ({
        traceparent: `00-${TRACE_ID}-${span.spanContext().spanId}-01`,
        tracestate: 'shop=1',
      })),
    );
  });

  it('that a dead replica did not send are sent by another, in the trace of their event', async () => {
    const neverSends = {
      sendAtOnce: (fresh: unknown) => Promise.resolve(fresh),
      send: () => undefined,
    } as unknown as SendNotifications;
    const createNotifications = new CreateNotifications(new NotificationsRepository(shop.test.database), neverSends);
    await causedBy(new Map([['o-1', { trace }]]), () =>
      shop.test.database.transaction((tx) => createNotifications.execute(tx, requestsFor([created('o-1')]))),
    );
    let failures = 0;
    const causes: (Cause | undefined)[] = [];
    const { notifications } = shop.replica(await shop.test.connect(), () => {
      causes.push(causeOf('any'));
      if (failures++ === 0) throw new Error('the channel is unavailable');
    });
    await listWhenSent(notifications, 1);
    expect(causes.map((cause) => cause?.eventId)).toEqual(['e-0', 'e-0']);
    expect(shop.sendSpans.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([SPAN_ID, SPAN_ID]);
    expect(shop.sendSpans.map(({ attributes }) => attributes['error.type'])).toEqual(['Error', undefined]);
  });

  it('are sent once, however many replicas share the work', async () => {
    const replicas = [shop.replica(), shop.replica(await shop.test.connect()), shop.replica(await shop.test.connect())];
    await Promise.all(
      replicas.map(({ notify }, r) => notify(...Array.from({ length: 30 }, (_, n) => created(`o-${r}-${n}`)))),
    );
    const list = await listWhenSent((replicas[0] as (typeof replicas)[0]).notifications, 90);
    expect(list.length).toBe(90);
    expect(new Set(shop.sent.map(({ notificationId }) => notificationId)).size).toBe(shop.sent.length);
    expect(shop.sent.length).toBe(90);
  });

  it('cost the same to read, however many are sent together', async () => {
    const { database } = shop.test;
    const insert = (status: string, count: number) =>
      database.query<{ id: string }>(
        `INSERT INTO notifications (notification_id, customer_id, order_id, type, channel, subject, body, status, created_at)
         SELECT uuidv7(), 'CUST-1', 'o-' || n, 'ORDER_CREATED', 'log', '', '', $1, now() FROM generate_series(1, $2::int) n
         RETURNING notification_id AS id`,
        [status, count],
      );
    await insert('SENT', 5_000);
    await database.query('ANALYZE notifications'); // Postgres estimates that nothing is pending, as on a busy day
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
    const { notifications, notify } = shop.replica();
    await notify(created('o-1', 'CUST-a'));
    await notify(created('o-2', 'CUST-a'));
    await notify(created('o-3', 'CUST-b'));
    expect((await listWhenSent(notifications, 2, { customerId: 'CUST-a' })).map(({ orderId }) => orderId)).toEqual([
      'o-2',
      'o-1',
    ]);
    expect((await listWhenSent(notifications, 1, { orderId: 'o-3' })).map(({ customerId }) => customerId)).toEqual([
      'CUST-b',
    ]);
  });
});
