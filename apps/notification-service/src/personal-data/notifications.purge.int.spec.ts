import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { NotificationsPurge } from './notifications.purge.js';

const MIGRATIONS = { owner: 'notification_service', folder: new URL('../../migrations', import.meta.url) };

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
});
beforeEach(async () => {
  await test.database.query('TRUNCATE notifications, deliveries, delivery_attempts');
});
afterAll(() => test.drop());

/** Notifications and an attempt of each; their order's id says what they are. */
async function notificationsOf(age: string, status: string, orderId: string, count = 1): Promise<void> {
  await test.database.query(
    `WITH written AS (
       INSERT INTO notifications (notification_id, customer_id, order_id, type, channel, subject, body, status, created_at)
       SELECT uuidv7(-$1::interval), 'CUST-1', $2, 'ORDER_CREATED', 'email', '', '', $3, now() - $1::interval
       FROM generate_series(1, $4::integer)
       RETURNING notification_id)
     INSERT INTO delivery_attempts (notification_id, attempted_at, status, latency_ms)
     SELECT notification_id, now(), 'SENT', 1 FROM written`,
    [age, orderId, status, count],
  );
}

const kept = async () => {
  const rows = await test.database.query<{ order: string; attempts: number }>(
    `SELECT order_id AS "order", count(attempted_at)::integer AS attempts
     FROM notifications LEFT JOIN delivery_attempts USING (notification_id) GROUP BY order_id ORDER BY order_id`,
  );
  return rows.map(({ order, attempts }) => `${order} ${attempts}`);
};

const attempts = async () =>
  (await test.database.query<{ n: number }>('SELECT count(*)::integer AS n FROM delivery_attempts'))[0]?.n;

describe('NotificationsPurge', () => {
  it('deletes notifications that are older than the retention, with their attempts, and no younger ones', async () => {
    await notificationsOf('31 days', 'SENT', 'old', 5_001);
    await notificationsOf('31 days', 'FAILED', 'old and failed');
    await notificationsOf('29 days', 'SENT', 'young');
    await new NotificationsPurge(test.database, 30).execute();
    expect(await kept()).toEqual(['young 1']);
    expect(await attempts()).toBe(1);
  });

  it('keeps what is still to be sent, however old it is', async () => {
    await notificationsOf('31 days', 'PENDING', 'pending');
    await notificationsOf('31 days', 'FAILED', 'sent again');
    await test.database.query(
      `INSERT INTO deliveries (notification_id, channel, customer_id, order_id, next_attempt_at)
       SELECT notification_id, channel, customer_id, order_id, now() FROM notifications WHERE order_id = 'sent again'`,
    );
    await new NotificationsPurge(test.database, 30).execute();
    expect(await kept()).toEqual(['pending 1', 'sent again 1']);
  });

  it('deletes nothing without a retention', async () => {
    await notificationsOf('10000 days', 'SENT', 'old');
    await new NotificationsPurge(test.database, undefined).execute();
    expect(await kept()).toEqual(['old 1']);
  });
});
