import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SendFailure } from '../channels/channel.js';
import { created, listWhen, listWhenSent, TestNotifications } from '../testing/test-notifications.js';

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
