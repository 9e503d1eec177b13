import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sample } from '@orderflow/observability/testing';
import { created, listWhen, listWhenSent, TestNotifications } from '../../testing/test-notifications.js';

/** Makes failed notifications due, with two attempts left. */
const MAKE_DUE = `UPDATE notifications SET next_attempt_at = now(), attempts = GREATEST(attempts, 10)
                  WHERE status = 'PENDING' AND attempts > 0`;

let shop: TestNotifications;

beforeAll(async () => {
  shop = await TestNotifications.create();
});
beforeEach(() => shop.start());
afterEach(() => shop.stop());
afterAll(() => shop.test.drop());

describe('notifications', () => {
  it('that could not be sent stay pending with their last error, and are sent later', async () => {
    let broken = true;
    let failures = 0;
    const { metrics, notifications, notify } = shop.replica(shop.test.database, (notification) => {
      if (broken) throw new Error(`smtp://u:s3cr3t@mail is unavailable, ${(failures += 1)}`);
      shop.sent.push(notification);
    });
    await notify(created('o-1'));
    const [failed] = await listWhen(notifications, ([first]) => (first?.attempts ?? 0) > 0);
    expect(failed).toMatchObject({ status: 'PENDING', attempts: 1, sentAt: null });
    expect(failed?.lastError).toBe('smtp://[redacted]@mail is unavailable, 1');
    broken = false;
    expect((await listWhenSent(notifications, 1))[0]).toMatchObject({ status: 'SENT', attempts: failures + 1 });
    const attempts = (result: string) =>
      sample(metrics, `notification_attempts_total{channel="log",result="${result}"}`);
    expect([await attempts('failed'), await attempts('sent')]).toEqual([failures, 1]);
  });

  it('that fail leave the others of their batch alone: those are sent, once', async () => {
    const { notifications, notify } = shop.replica(shop.test.database, (notification) => {
      shop.sent.push(notification);
      if (notification.orderId === 'o-bad') throw new Error('no such address');
    });
    await notify(created('o-1'), created('o-bad'), created('o-2'));
    await listWhen(notifications, (list) => list.some(({ attempts }) => attempts > 1));
    const { rows: list } = await notifications.list({}, { before: null, limit: 10 });
    expect(list.map(({ orderId, status }) => `${orderId} ${status}`)).toEqual([
      'o-2 SENT',
      'o-bad PENDING',
      'o-1 SENT',
    ]);
    expect(shop.sent.map(({ orderId }) => orderId).filter((orderId) => orderId !== 'o-bad')).toEqual(['o-1', 'o-2']);
  });

  it('wait for an earlier one of their order that is tried again', async () => {
    const attempted: string[] = [];
    let isBroken = true;
    const { notifications, notify } = shop.replica(shop.test.database, ({ type }) => {
      attempted.push(type);
      if (isBroken) throw new Error('the channel is unavailable');
    });
    const cancelled = { ...created('o-1'), type: 'ORDER_CANCELLED' } as const;
    await notify(created('o-1'), cancelled);
    await listWhen(notifications, (list) => list.some(({ attempts }) => attempts > 0));
    await notify({ ...created('o-1'), type: 'INVENTORY_RESERVED' } as const);
    expect(new Set(attempted)).toEqual(new Set(['ORDER_CREATED']));
    isBroken = false;
    const list = await listWhenSent(notifications, 3);
    expect(list.map(({ status, type }) => `${status} ${type}`)).toEqual([
      'SENT INVENTORY_RESERVED',
      'SENT ORDER_CANCELLED',
      'SENT ORDER_CREATED',
    ]);
    const inOrder = attempted.slice(attempted.lastIndexOf('ORDER_CREATED'));
    expect(inOrder).toEqual(['ORDER_CREATED', 'ORDER_CANCELLED', 'INVENTORY_RESERVED']);
    expect(list.map(({ attempts }) => attempts).slice(0, 2)).toEqual([1, 1]);
  });

  it('that fail twelve times are FAILED, and those that waited for them are sent', async () => {
    const { metrics, notifications, notify } = shop.replica(shop.test.database, (notification) => {
      if (notification.type === 'ORDER_CREATED') throw new Error('no such address');
      shop.sent.push(notification);
    });
    await notify(created('o-1'), { ...created('o-1'), type: 'ORDER_CANCELLED' } as const);
    const list = await listWhen(notifications, ([last]) => last?.status === 'SENT', {
      meanwhile: () => shop.test.database.query(MAKE_DUE),
    });
    expect(list[1]).toMatchObject({ status: 'FAILED', attempts: 12, lastError: 'no such address', sentAt: null });
    expect(list[0]).toMatchObject({ status: 'SENT', attempts: 1, lastError: null });
    expect((await notifications.list({ status: 'FAILED' }, { before: null, limit: 10 })).rows.length).toBe(1);
    expect(await sample(metrics, 'notifications_failed_total{channel="log"}')).toBe(1);
  });
});
