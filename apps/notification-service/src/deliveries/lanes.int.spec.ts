import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sample } from '@orderflow/observability/testing';
import { SendFailure } from '../channels/channel.js';
import type { Occasion } from '../notifications/domain/compose-notification.js';
import type { Notification } from '../notifications/notification.js';
import { created, listWhen, listWhenSent, TestNotifications, until } from '../testing/test-notifications.js';

const cancelled = (orderId: string, customerId = 'CUST-1'): Occasion => ({
  ...created(orderId, customerId),
  type: 'ORDER_CANCELLED',
});
const unavailable = () => new SendFailure('connect ECONNREFUSED smtp://u:s3cr3t@mail', 'unavailable');
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

  it('that fails again after days without anything to send is not disabled for that', async () => {
    await withWebhook();
    await query(`INSERT INTO delivery_lanes (channel, customer_id, host, failing_since)
                 VALUES ('webhook', 'CUST-1', 'shop.example', now() - interval '3 days')`);
    const { notifications, notify } = shop.replica({
      send: () => {
        throw unavailable();
      },
      options: { retries: { maxAttempts: 3, firstDelayMs: 10, maxDelayMs: 10 } },
    });
    await notify(created('o-1'));
    await listWhen(notifications, ([first]) => first?.status === 'FAILED');
    expect((await contact())?.['reason']).toBe(null);
  });
});
