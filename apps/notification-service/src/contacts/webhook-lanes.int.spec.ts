import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newKey, TestContacts, wanted, WEBHOOK_URL } from '../testing/test-contacts.js';

const KEY = newKey();

let tests: TestContacts;
let replica: ReturnType<TestContacts['replica']>;
let customerId: string;

beforeAll(async () => {
  tests = await TestContacts.create();
});
beforeEach(() => {
  customerId = randomUUID();
  replica = tests.replica([KEY]);
});
afterAll(() => tests.test.drop());

const put = (contact = {}) => replica.putContact.execute(wanted(customerId, contact));
const disable = (url = WEBHOOK_URL) =>
  tests.test.database.transaction((tx) =>
    replica.contacts.disableWebhook(tx, customerId, { url, reason: 'It has failed for three days' }),
  );

describe('a disabled webhook', () => {
  it('is none until the contact is put again', async () => {
    await put();
    await disable('https://earlier.example/');
    expect(await replica.ofCustomers(customerId)).toMatchObject([{ webhook: { url: WEBHOOK_URL } }]);
    await disable();
    expect(await replica.ofCustomers(customerId)).toMatchObject([{ webhook: null }]);
    expect(await replica.contacts.find(customerId)).toMatchObject({
      webhookDisabledAt: expect.any(Date),
      webhookDisabledReason: 'It has failed for three days',
    });
    expect(await put()).toMatchObject({ contact: { webhookDisabledAt: null, webhookDisabledReason: null } });
    expect(await replica.ofCustomers(customerId)).toMatchObject([{ webhook: { url: WEBHOOK_URL } }]);
  });
});

describe('the lane of a customer', () => {
  const LATER = new Date('2100-01-01T00:00:00Z');
  const addLane = (channel: string, dueAt: Date | null, lease: string | null = null) =>
    tests.test.database.query(
      `INSERT INTO delivery_lanes (channel, customer_id, host, due_at, lease, failures, failing_since)
       VALUES ($1, $2, 'old.example', $3, $4, 7, now())`,
      [channel, customerId, dueAt, lease],
    );
  const lane = async (channel = 'webhook') => {
    const [row] = await tests.test.database.query(
      `SELECT host, due_at <= now() AS "isDue", failures, failing_since AS "failingSince" FROM delivery_lanes
       WHERE channel = $1 AND customer_id = $2`,
      [channel, customerId],
    );
    return row;
  };
  const asBefore = { host: 'old.example', isDue: false, failures: 7, failingSince: expect.any(Date) };
  const woken = { host: 'shop.example', isDue: true, failures: 0, failingSince: null };

  it('is due at once, at its new host, when the webhook changes', async () => {
    await addLane('webhook', LATER);
    await addLane('email', LATER);
    await put();
    expect(await lane()).toEqual(woken);
    expect(await lane('email')).toEqual(asBefore);
    await put({ email: 'anna@example.com' });
    expect(await lane('email')).toMatchObject({ host: 'old.example', isDue: true, failures: 0 });
  });

  it('has what waits for a later attempt due at once, and not what waits for an earlier one of its order', async () => {
    const id = () => randomUUID();
    const [retried, behind] = [id(), id()];
    await tests.test.database.query(
      `WITH added AS (
         INSERT INTO notifications (notification_id, customer_id, order_id, type, channel, subject, body, status, created_at, next_attempt_at)
         SELECT unnest($1::uuid[]), $2, 'o-1', 'ORDER_CREATED', 'webhook', '', '', 'PENDING', now(), 'infinity' RETURNING notification_id
       )
       INSERT INTO deliveries (notification_id, channel, customer_id, order_id, next_attempt_at)
       SELECT notification_id, 'webhook', $2, 'o-1', CASE WHEN notification_id = $3 THEN $4::timestamptz ELSE 'infinity' END FROM added`,
      [[retried, behind], customerId, retried, LATER],
    );
    await addLane('webhook', LATER);
    await put();
    const due = await tests.test.database.query<{ notification_id: string }>(
      'SELECT notification_id FROM deliveries WHERE customer_id = $1 AND next_attempt_at <= now()',
      [customerId],
    );
    expect(due.map(({ notification_id }) => notification_id)).toEqual([retried]);
  });

  it('is due when the webhook is enabled again, and not when nothing has changed', async () => {
    await put();
    await addLane('webhook', LATER);
    await put();
    expect(await lane()).toEqual(asBefore);
    await disable();
    await put();
    expect(await lane()).toEqual(woken);
  });

  it('is due when the contact is removed', async () => {
    await put();
    await addLane('webhook', LATER);
    await replica.removeContact.execute(customerId);
    expect(await lane()).toEqual({ ...woken, host: 'old.example' });
  });

  it('is left to the replica that has leased it, and has nothing to send if it had nothing', async () => {
    await addLane('webhook', LATER, randomUUID());
    await addLane('email', null);
    await put({ email: 'anna@example.com' });
    expect(await lane()).toEqual({ ...woken, isDue: false });
    expect(await lane('email')).toMatchObject({ isDue: null });
  });
});
