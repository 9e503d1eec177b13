import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cause, causedBy, causeOf } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { LogChannel } from '../channels/log.channel.js';
import { created, listWhenSent, TestNotifications } from '../testing/test-notifications.js';
import type { Notification } from './notification.js';

const [TRACE_ID, SPAN_ID] = ['1'.repeat(32), '2'.repeat(16)];
const trace = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, tracestate: 'shop=1' };

/** Collects what is written. */
class TestLog extends LogChannel {
  readonly written: Notification[] = [];
  readonly causes: (Cause | undefined)[] = [];
  error: Error | undefined;

  override write(notification: Notification): void {
    if (this.error) throw this.error;
    this.written.push(notification);
    this.causes.push(causeOf('any'));
  }
}

let shop: TestNotifications;
let log: TestLog;

beforeAll(async () => {
  shop = await TestNotifications.create();
});
beforeEach(async () => {
  log = new TestLog();
  await shop.start();
});
afterEach(() => shop.stop());
afterAll(() => shop.test.drop());

describe('notifications of customers without a contact', () => {
  it('are written to the log, stored as SENT, and never written again', async () => {
    await shop.test.database.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'written again'; END $$;
       CREATE TRIGGER refuse BEFORE UPDATE ON notifications EXECUTE FUNCTION refuse();
       CREATE TRIGGER refuse BEFORE INSERT ON delivery_lanes EXECUTE FUNCTION refuse()`,
    );
    try {
      const { metrics, notifications, notify } = shop.replica({ log });
      await notify(created('o-1'), created('o-1'), created('o-2'));
      const { rows: list } = await notifications.list({}, { before: null, limit: 10 });
      expect(list.map(({ orderId, status, attempts }) => `${orderId} ${status} ${attempts}`)).toEqual([
        'o-2 SENT 1',
        'o-1 SENT 1',
        'o-1 SENT 1',
      ]);
      for (const { sentAt, createdAt } of list) expect(sentAt?.getTime()).toBeGreaterThanOrEqual(createdAt.getTime());
      expect(log.written.map(({ orderId }) => orderId)).toEqual(['o-1', 'o-1', 'o-2']);
      expect(await sample(metrics, 'notification_attempts_total{channel="log",result="sent"}')).toBe(3);
    } finally {
      await shop.test.database.query(
        'DROP TRIGGER refuse ON notifications; DROP TRIGGER refuse ON delivery_lanes; DROP FUNCTION refuse()',
      );
    }
  });

  it('are not stored if the log fails, so that the event is handled again', async () => {
    const { notifications, notify } = shop.replica({ log });
    log.error = new Error('a bug of the channel');
    await expect(notify(created('o-1'))).rejects.toThrow('a bug of the channel');
    expect((await notifications.list({}, { before: null, limit: 10 })).rows).toEqual([]);
  });

  it('are written in order, each in the trace of its event, even two of one order in one batch', async () => {
    const { notify } = shop.replica({ log });
    await causedBy(new Map([['o-1', { eventId: 'the last event of the key', trace }]]), () =>
      notify(created('o-1'), created('o-1')),
    );
    expect(log.causes.map((cause) => cause?.eventId)).toEqual(['e-0', 'e-1']);
    expect(shop.sendSpans.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([SPAN_ID, SPAN_ID]);
    expect(log.causes.map((cause) => cause?.trace)).toEqual(
      shop.sendSpans.map((span) => ({
        traceparent: `00-${TRACE_ID}-${span.spanContext().spanId}-01`,
        tracestate: 'shop=1',
      })),
    );
  });

  it('are listed newest first, by customer and order', async () => {
    const { notifications, notify } = shop.replica({ log });
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
