import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EraseCustomers, Erasures, ExportCustomer } from '@orderflow/personal-data';
import { columnsThatMention } from '@orderflow/postgres/testing';
import { SendFailure } from '../channels/channel.js';
import { created, type ReplicaOptions, TestNotifications, until } from '../testing/test-notifications.js';
import { PERSONAL_DATA } from './personal-data.js';

let test: TestNotifications;
let erasures: Erasures;
let worker: EraseCustomers;

beforeAll(async () => {
  test = await TestNotifications.create();
});
beforeEach(async () => {
  await test.start();
  await test.test.database.query('TRUNCATE erasures');
  erasures = new Erasures(test.test.database);
  worker = new EraseCustomers(test.test.database, PERSONAL_DATA.steps, 1_000_000);
});
afterEach(async () => {
  await worker.onApplicationShutdown();
  await test.stop();
});
afterAll(() => test.test.drop());

const mentions = (text: string) => columnsThatMention(test.test.database, text);
const query = (statement: string) => test.test.database.query<Record<string, unknown>>(statement);

async function erase(customerId: string): Promise<string> {
  const { database } = test.test;
  const { erasureId, pseudonym } = await database.transaction((tx) => erasures.request(tx, customerId));
  await until(async () => {
    await worker.execute();
    return (await erasures.find(erasureId))?.finishedAt != null;
  });
  return pseudonym;
}

/** A replica that tries to send to a mailbox that its errors name. */
const failing = (options: ReplicaOptions = {}) =>
  test.replica({
    send: ({ contact }) => {
      throw new SendFailure(`no mailbox ${contact?.email}`, 'rejected');
    },
    ...options,
  });

it('The export of a customer has the contact, without its secret, and the notifications with their attempts', async () => {
  await test.contact('CUST-1', 'CUST-OTHER');
  await query(
    "UPDATE contacts SET webhook_url = 'https://shop.example/hook', webhook_secret = 'encrypted', webhook_disabled_at = now()",
  );
  const { notify } = failing();
  await notify(created('o-1', 'CUST-1'), created('o-2', 'CUST-OTHER'));
  await until(async () => (await query('SELECT FROM delivery_attempts')).length >= 2);
  const { entries, nextCursor } = await new ExportCustomer(test.test.database, PERSONAL_DATA.parts).execute('CUST-1', {
    limit: 50,
  });
  expect(nextCursor).toBe(null);
  expect(entries).toMatchObject([
    { kind: 'contact', data: { email: 'CUST-1@example.org', webhookUrl: 'https://shop.example/hook' } },
    {
      kind: 'notification',
      data: { orderId: 'o-1', subject: expect.stringContaining('o-1'), attempts: [{ status: 'FAILED' }] },
    },
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/encrypted|secret|CUST-OTHER/i);
});

describe('the erasure of a customer', () => {
  it('deletes contacts and what is to be sent, and keeps of notifications only what happened', async () => {
    await test.contact('CUST-ERASED', 'CUST-OTHER');
    const { notify } = failing();
    await notify(created('o-1', 'CUST-ERASED'), created('o-2', 'CUST-ERASED'), created('o-3', 'CUST-OTHER'));
    await until(async () => (await query('SELECT FROM delivery_attempts')).length >= 3);
    const pseudonym = await erase('CUST-ERASED');
    expect(await mentions('CUST-ERASED')).toEqual(['erasures.customer_id']);
    const rows = await query('SELECT customer_id, subject, body, status FROM notifications ORDER BY order_id');
    const erased = { customer_id: pseudonym, subject: '', body: '', status: 'FAILED' };
    expect(rows.slice(0, 2)).toEqual([erased, erased]);
    expect(rows[2]).toMatchObject({ customer_id: 'CUST-OTHER', subject: expect.stringContaining('o-3') });
    expect(await query('SELECT customer_id FROM contacts')).toEqual([{ customer_id: 'CUST-OTHER' }]);
  });

  it('leaves nothing behind while messages are being sent to the customer', async () => {
    await test.contact('CUST-ERASED');
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const { notify, deliveries } = failing({
      send: async ({ contact }) => {
        await released;
        throw new SendFailure(`no mailbox ${contact?.email}`, 'rejected');
      },
    });
    await notify(created('o-1', 'CUST-ERASED'));
    await until(() => test.attempted.length === 1);
    await erase('CUST-ERASED');
    release();
    await deliveries.onApplicationShutdown(); // waits for what is being sent, and records it
    expect(await mentions('CUST-ERASED')).toEqual(['erasures.customer_id']);
    expect(await query('SELECT FROM delivery_attempts')).toEqual([]);
  });

  it('notifies nobody of what happened before it, and again of what happens afterwards', async () => {
    const { notify } = test.replica();
    await erase('CUST-ERASED');
    await query("UPDATE erasures SET requested_at = '2030-01-01'");
    await notify(created('o-1', 'CUST-ERASED'), created('o-2', 'CUST-OTHER'));
    await query("UPDATE erasures SET requested_at = '2020-01-01'");
    await notify(created('o-3', 'CUST-ERASED'));
    expect(await query('SELECT order_id FROM notifications ORDER BY order_id')).toEqual([
      { order_id: 'o-2' },
      { order_id: 'o-3' },
    ]);
  });
});
