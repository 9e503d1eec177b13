import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Kafka } from 'kafkajs';
import { connectTo } from '../../../testing/kafka/connect.ts';
import { readLag } from '../../../testing/kafka/lag.ts';
import { MailServer } from '../../../testing/receivers/mail-server.ts';
import type { Received } from '../../../testing/receivers/receiver.ts';
import { WebhookReceiver } from '../../../testing/receivers/webhook-receiver.ts';
import { freePort } from '../../../tools/stack/ports.mjs';
import { Client } from './system/client.js';
import { EventSource } from './system/event-source.js';
import { eventually } from './system/eventually.js';
import { addressOf, CHANNELS, NotificationDriver } from './system/notification-driver.js';
import { SERVICES, System } from './system/system.js';

const SERVICE = 'notification-service';
const ITEM = 'ITEM-NOTIFIED';
/** An order causes two notifications: it was created, and its items were reserved. */
const TYPES = ['INVENTORY_RESERVED', 'ORDER_CREATED'];
const AT_ONCE = 50;

let system: System;
let client: Client;
let kafka: Kafka;
let mails: MailServer;
let webhooks: WebhookReceiver;
let notifications: NotificationDriver;
let customerId: string;
let address: string;

beforeAll(async () => {
  system = await System.prepare();
  client = new Client(system);
  kafka = connectTo([system.brokers]);
  mails = new MailServer(await freePort());
  webhooks = new WebhookReceiver(await freePort());
  notifications = new NotificationDriver(client, webhooks);
  await Promise.all([system.startKafka(), system.startPostgres(), mails.start(), webhooks.start()]);
  for (const name of SERVICES) if (name !== SERVICE) system.startService(name);
  startNotificationService();
  await system.whenReady();
  await client.post('inventory-service', '/inventory', { itemId: ITEM, name: 'Lamp', onHand: 1_000_000 });
});
beforeEach(() => {
  customerId = newCustomer();
  address = addressOf(customerId);
});
afterAll(async () => {
  await system.stop();
  await Promise.all([webhooks.stop(), mails.stop()]);
  expect(webhooks.forged).toEqual([]);
  expect(system.warnings()).toEqual([]);
});

const newCustomer = () => `CUST-${randomUUID()}`;

function startNotificationService(): void {
  system.startService(SERVICE, {
    SMTP_URL: mails.url,
    EMAIL_FROM: 'The Shop <orders@shop.example>',
    DELIVERY_FIRST_DELAY_MS: '100',
    DELIVERY_MAX_DELAY_MS: '1000',
  });
}

/** @returns the order's id */
async function place(customer = customerId): Promise<string> {
  const order = { customerId: customer, items: [{ itemId: ITEM, quantity: 2 }], totalAmount: 1 };
  const { status, body } = await client.post('order-service', '/orders', order);
  expect(status).toBe(201);
  return body.orderId;
}

async function placeMany(count: number, customer: string): Promise<void> {
  for (let placed = 0; placed < count; placed += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => place(customer)));
}

const whenNothingWaitsInKafka = () =>
  eventually('nothing waits in Kafka', async () => (await readLag(kafka)).every(({ behind }) => behind === 0));

const distinctTaken = () => new Set(webhooks.takenOf(customerId).map(({ notificationId }) => notificationId));
const messageOf = ({ text }: Received) => JSON.parse(text);
const header = (name: string, { text }: Received) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1];
const subjectOf = (mail: Received) => header('Subject', mail);
const messageIdOf = (mail: Received) => header('Message-ID', mail);
const ourMessageId = ({ notificationId }: { notificationId: string }) => `<${notificationId}@shop.example>`;

/** The orders of which a message was taken before an older one. */
function ordersOutOfOrder(): string[] {
  const latest = new Map<string, string>();
  const outOfOrder = new Set<string>();
  for (const received of webhooks.takenOf(customerId)) {
    const { notificationId, orderId } = messageOf(received).data;
    if (notificationId < (latest.get(orderId) ?? '')) outOfOrder.add(orderId);
    latest.set(orderId, notificationId);
  }
  return [...outOfOrder];
}

describe('the contact of a customer', () => {
  it('decides where notifications go, by mail and as signed webhooks with the same texts', async () => {
    await notifications.contact(customerId);
    const orderId = await place();
    const sent = await notifications.whenSent(customerId, 4);
    expect(sent.map(({ type, channel }) => `${type} ${channel}`).sort()).toEqual(
      TYPES.flatMap((type) => CHANNELS.map((channel) => `${type} ${channel}`)),
    );
    const byWebhook = webhooks.takenOf(customerId);
    for (const notification of sent.filter(({ channel }) => channel === 'webhook')) {
      const { notificationId, type, subject, body } = notification;
      const data = { notificationId, customerId, orderId, subject, body, items: [{ itemId: ITEM, quantity: 2 }] };
      const received = byWebhook.filter((one) => one.notificationId === notificationId).map(messageOf);
      expect(received).toEqual([{ type, timestamp: expect.any(String), data }]);
      const happenedAt = Date.parse(received[0]?.timestamp);
      expect(happenedAt).toBeLessThanOrEqual(Date.parse(notification.createdAt));
    }
    for (const notification of sent.filter(({ channel }) => channel === 'email')) {
      const received = mails.of(address).filter((mail) => messageIdOf(mail) === ourMessageId(notification));
      expect(received.map(subjectOf)).toEqual([notification.subject]);
      expect(received[0]?.text).toContain(notification.body);
    }
    expect([byWebhook.length, mails.of(address).length]).toEqual([2, 2]);
    expect(sent.map(({ subject }) => subject)).toContain(`Thank you for your order ${orderId}`);
  });

  it('decides their language', async () => {
    await notifications.contact(customerId, { language: 'de' });
    const orderId = await place();
    await notifications.whenSent(customerId, 4);
    const subjects = [`Ihre Bestellung ${orderId} ist bestätigt`, `Vielen Dank für Ihre Bestellung ${orderId}`];
    const texts = mails.of(address).map(({ text }) => text);
    expect(mails.of(address).map(subjectOf)).toEqual(expect.arrayContaining(subjects));
    expect(texts.filter((text) => text.includes(`reserviert: 2 × ${ITEM}`)).length).toBe(1);
    expect(webhooks.of(customerId).map((one) => messageOf(one).data.subject)).toEqual(expect.arrayContaining(subjects));
  });
});

describe('a notification', () => {
  it('is streamed when it is created, and when it is sent', async () => {
    await notifications.contact(customerId);
    const stream = await EventSource.open(`${system.url(SERVICE)}/notifications/stream?customerId=${customerId}`);
    await place();
    await eventually('all changes have come', () => stream.events.length === 8);
    stream.close();
    for (const { notificationId } of await notifications.list(customerId)) {
      const changes = stream.events.filter(({ data }) => data.notificationId === notificationId);
      expect(changes.map(({ data }) => data.status)).toEqual(['PENDING', 'SENT']);
    }
  });

  it('that is FAILED is sent again by resend, and shows each attempt', async () => {
    await notifications.contact(customerId, { channels: ['email'] });
    mails.set('refuses', address);
    await place();
    const [failed] = await notifications.whenSome(customerId, 2, ({ status }) => status === 'FAILED');
    mails.set('works', address);
    const { status, body } = await notifications.resend(failed.notificationId);
    expect([status, body.status]).toEqual([202, 'PENDING']);
    await notifications.whenSent(customerId, 1);
    const { attempts, deliveries } = await notifications.find(failed.notificationId);
    const error = 'The mail server responded to RCPT TO with 550 5.1.1';
    const anyAttempt = { attemptedAt: expect.any(String), latencyMs: expect.any(Number) };
    expect(attempts).toBe(2);
    expect(deliveries[0]).toEqual({
      channel: 'email',
      status: 'SENT',
      nextAttemptAt: null,
      attempts: [
        { ...anyAttempt, status: 'FAILED', error },
        { ...anyAttempt, status: 'SENT', error: null },
      ],
    });
    expect(mails.of(address).map(messageIdOf)).toEqual([ourMessageId(failed)]);
  });

  it('does not follow a webhook that redirects to a private address', async () => {
    await notifications.contact(customerId, { channels: ['webhook'] });
    webhooks.set('redirects', customerId);
    await place();
    const [tried] = await notifications.whenSome(customerId, 1, ({ attempts }) => attempts > 1);
    webhooks.set('works', customerId);
    await notifications.whenSent(customerId, 2);
    const { deliveries } = await notifications.find(tried.notificationId);
    expect(deliveries[0].attempts[0].error).toMatch(/responded with 307; redirects are not followed$/);
    expect(webhooks.forged).toEqual([]);
  });
});

describe('a receiver', () => {
  it('that hangs for 1,000 notifications of its customer delays no other customer, and no event', async () => {
    const other = newCustomer();
    await notifications.contact(customerId, { channels: ['webhook'] });
    await notifications.contact(other, { channels: ['webhook'] });
    webhooks.set('hangs', customerId);
    await placeMany(500, customerId);
    await eventually('the other customer is notified while the same requests hang', async () => {
      await eventually('some hang', () => webhooks.hanging.size > 0);
      const [before, taken] = [[...webhooks.hanging], webhooks.takenOf(other).length];
      await placeMany(AT_ONCE, other);
      await eventually('all are notified', () => webhooks.takenOf(other).length === taken + 2 * AT_ONCE);
      return before.some((one) => webhooks.hanging.has(one));
    });
    await whenNothingWaitsInKafka();
    expect(webhooks.takenOf(customerId)).toEqual([]);
    expect(await notifications.list(customerId, '&status=SENT')).toEqual([]);
    webhooks.set('works', customerId);
    await eventually('all 1,000 have arrived', () => distinctTaken().size === 1_000);
    expect(ordersOutOfOrder()).toEqual([]);
  });

  it('that is a dead mail server delays no event and no webhook; its mail arrives when it is back', async () => {
    await notifications.contact(customerId);
    await mails.stop();
    await place();
    await notifications.whenSome(customerId, 1, ({ channel, attempts }) => channel === 'email' && attempts > 1);
    const sent = await notifications.whenSent(customerId, 2);
    await whenNothingWaitsInKafka();
    expect(sent.map(({ channel }) => channel)).toEqual(['webhook', 'webhook']);
    await mails.start();
    await notifications.whenSent(customerId, 4);
    expect(mails.of(address).length).toBe(2);
  });
});

describe('a service that is killed between sending and recording', () => {
  it('sends the same again, with the same webhook-id and Message-ID', async () => {
    await notifications.contact(customerId);
    webhooks.set('hangs', customerId);
    mails.set('hangs', address);
    await place();
    await eventually('both have one', () => webhooks.of(customerId).length === 1 && mails.of(address).length === 1);
    await system.killService(SERVICE);
    webhooks.set('works', customerId);
    mails.set('works', address);
    startNotificationService();
    await system.whenReady();
    await notifications.whenSent(customerId, 4);
    const ids = webhooks.of(customerId).map(({ notificationId }) => notificationId);
    const messageIds = mails.of(address).map(messageIdOf);
    for (const [first, ...again] of [ids, messageIds]) {
      expect(again).toContain(first);
      expect([again.length, new Set(again).size]).toEqual([2, 2]);
    }
  });
});
