import { Metrics } from '@orderflow/observability';
import { recordSpans, type SpanRecord } from '@orderflow/observability/testing';
import type { Database } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { IDEMPOTENCY_MIGRATIONS, IdempotentRequests } from '@orderflow/idempotency';
import { Erasures, PERSONAL_DATA_MIGRATIONS } from '@orderflow/personal-data';
import type { DeliveryChannel, OutgoingMessage } from '../channels/channel.js';
import { LogChannel } from '../channels/log.channel.js';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import { SecretCipher } from '../contacts/secret-cipher.js';
import { AttemptDelivery } from '../deliveries/attempt-delivery.js';
import { Deliveries } from '../deliveries/deliveries.js';
import type { DeliveryOptions } from '../deliveries/delivery-options.js';
import { DeliveryOutcomes } from '../deliveries/delivery-outcomes.js';
import { DeliveryQueue } from '../deliveries/delivery-queue.js';
import { DeliveryMetrics } from '../deliveries/delivery.metrics.js';
import { ServeLane } from '../deliveries/serve-lane.js';
import type { SlotLimits } from '../deliveries/slots.js';
import { CreateNotifications, type NotificationRequest } from '../notifications/create-notifications.js';
import type { Occasion } from '../notifications/domain/compose-notification.js';
import type { Channel, Notification } from '../notifications/notification.js';
import { NotificationsRepository } from '../notifications/notifications.repository.js';
import { RenderNotification } from '../templates/render-notification.js';
import { ResendNotification } from '../notifications/resend-notification.js';

const MIGRATIONS = { owner: 'notification_service', folder: new URL('../../migrations', import.meta.url) };
const DEADLINE_MS = 10_000;
const LIMITS: SlotLimits = { working: 16, failing: 8, perHost: 8, perLane: 4 };
const OPTIONS: DeliveryOptions = {
  retries: { maxAttempts: 3, firstDelayMs: 50, maxDelayMs: 200 },
  disableAfterMs: 3_600_000,
};

export const created = (orderId: string, customerId = 'CUST-1'): Occasion => ({
  type: 'ORDER_CREATED',
  order: { orderId, customerId, items: [{ itemId: 'CUP', quantity: 1 }] },
});

/** Requests of the events `e-0`, `e-1`, … */
export const requestsFor = (occasions: readonly Occasion[]): NotificationRequest[] =>
  occasions.map((occasion, n) => ({ eventId: `e-${n}`, occasion, happenedAt: '2026-11-29T00:00:00.000Z' }));

export interface ReplicaOptions {
  readonly database?: Database;
  /** What the channels for customers with a contact do; what they are given is collected before. */
  readonly send?: (message: OutgoingMessage, signal: AbortSignal) => unknown;
  readonly log?: LogChannel;
  readonly limits?: Partial<SlotLimits>;
  readonly options?: Partial<DeliveryOptions>;
}

/** Replicas of the service's notifications over a database of its own; what they send is collected. */
export class TestNotifications {
  readonly deliveries: Deliveries[] = [];
  /** In the order of the attempts. */
  readonly attempted: Notification[] = [];
  private readonly hanging: (() => void)[] = [];
  private record!: SpanRecord;

  private constructor(readonly test: TestDatabase) {}

  static async create(): Promise<TestNotifications> {
    return new TestNotifications(
      await createTestDatabase([IDEMPOTENCY_MIGRATIONS, PERSONAL_DATA_MIGRATIONS, MIGRATIONS]),
    );
  }

  async start(): Promise<void> {
    await this.test.database.query('TRUNCATE notifications, deliveries, delivery_lanes, delivery_attempts, contacts');
    this.deliveries.length = 0;
    this.attempted.length = 0;
    this.record = recordSpans();
  }

  async stop(): Promise<void> {
    this.record.stop();
    for (const release of this.hanging.splice(0)) release();
    await Promise.all(this.deliveries.map((each) => each.onApplicationShutdown()));
  }

  /** Does not end before the test. */
  hang(): Promise<void> {
    return new Promise((resolve) => this.hanging.push(resolve));
  }

  get sendSpans(): SpanRecord['spans'] {
    return this.record.spans.filter(({ name }) => name === 'send notification');
  }

  /** Gives customers an e-mail address, so that their notifications are queued. */
  async contact(...customerIds: readonly string[]): Promise<void> {
    await this.test.database.query(
      "INSERT INTO contacts (customer_id, email) SELECT id, id || '@example.org' FROM unnest($1::text[]) id",
      [customerIds],
    );
  }

  replica({ database = this.test.database, send, log = new LogChannel(), limits, options }: ReplicaOptions = {}) {
    const metrics = new Metrics();
    const deliveryMetrics = new DeliveryMetrics(metrics);
    const contacts = new ContactsRepository(database, new SecretCipher([]));
    const notifications = new NotificationsRepository(database);
    const queue = new DeliveryQueue(database, contacts);
    const channelOf = (channel: Channel): DeliveryChannel => ({
      channel,
      unavailableReason: undefined,
      send: async (message, signal) => {
        this.attempted.push(message.notification);
        await send?.(message, signal);
      },
    });
    const deliveries = new Deliveries(
      database,
      [log, channelOf('email'), channelOf('webhook')].map((channel) => ({ channel, limits: { ...LIMITS, ...limits } })),
      {
        queue,
        outcomes: new DeliveryOutcomes(database, contacts),
        serveLane: new ServeLane(new AttemptDelivery(deliveryMetrics), { ...OPTIONS, ...options }),
        metrics: deliveryMetrics,
      },
    );
    this.deliveries.push(deliveries);
    deliveries.onApplicationBootstrap();
    const create = new CreateNotifications(
      new Erasures(database),
      contacts,
      new RenderNotification(),
      notifications,
      log,
      queue,
      deliveries,
      deliveryMetrics,
    );
    const notify = (...occasions: Occasion[]) =>
      database.transaction(async (tx) => {
        await tx.query('SELECT pg_current_xact_id()');
        await create.execute(tx, requestsFor(occasions));
      });
    const requests = new IdempotentRequests(database);
    const resend = new ResendNotification(requests, contacts, notifications, queue, deliveries);
    return { metrics, notifications, deliveries, notify, resend };
  }
}

/** Waits until a condition holds; rejects after ten seconds. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + DEADLINE_MS; !(await condition());) {
    if (Date.now() > deadline) throw new Error(`Not within ${DEADLINE_MS} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The notifications once so many are sent, or after ten seconds. */
export function listWhenSent(notifications: NotificationsRepository, count: number, filter = {}) {
  const isDone = (list: readonly Notification[]) => list.filter(({ status }) => status === 'SENT').length === count;
  return listWhen(notifications, isDone, { filter });
}

/** The notifications once they satisfy the condition, or after ten seconds. */
export async function listWhen(
  notifications: NotificationsRepository,
  isDone: (list: readonly Notification[]) => boolean,
  { filter = {}, limit = 100 }: { filter?: object; limit?: number } = {},
): Promise<readonly Notification[]> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const { rows: list } = await notifications.list(filter, { before: null, limit });
    if (isDone(list) || Date.now() > deadline) return list;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
