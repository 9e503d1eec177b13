import { Metrics } from '@orderflow/observability';
import { recordSpans, type SpanRecord } from '@orderflow/observability/testing';
import type { Database } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { CreateNotifications, type NotificationRequest } from '../notifications/create-notifications.js';
import type { Occasion } from '../notifications/domain/compose-notification.js';
import type { LogChannel } from '../notifications/sending/log.channel.js';
import type { Notification } from '../notifications/notification.js';
import { NotificationsMetrics } from '../notifications/notifications.metrics.js';
import { NotificationsRepository } from '../notifications/notifications.repository.js';
import { SendNotification } from '../notifications/sending/send-notification.js';
import { SendNotifications } from '../notifications/sending/send-notifications.js';

const MIGRATIONS = { owner: 'notification_service', folder: new URL('../../migrations', import.meta.url) };
const DEADLINE_MS = 10_000;

export const created = (orderId: string, customerId = 'CUST-1'): Occasion => ({
  type: 'ORDER_CREATED',
  order: { orderId, customerId, items: [{ itemId: 'CUP', quantity: 1 }] },
});

/** Requests of the events `e-0`, `e-1`, … */
export const requestsFor = (occasions: readonly Occasion[]): NotificationRequest[] =>
  occasions.map((occasion, n) => ({ eventId: `e-${n}`, occasion }));

/** Replicas of the service's one slice over a database of its own; what they send is collected. */
export class TestNotifications {
  readonly senders: SendNotifications[] = [];
  readonly sent: Notification[] = [];
  private record!: SpanRecord;

  private constructor(readonly test: TestDatabase) {}

  static async create(): Promise<TestNotifications> {
    return new TestNotifications(await createTestDatabase([MIGRATIONS]));
  }

  async start(): Promise<void> {
    await this.test.database.query('TRUNCATE notifications');
    this.senders.length = 0;
    this.sent.length = 0;
    this.record = recordSpans();
  }

  async stop(): Promise<void> {
    this.record.stop();
    await Promise.all(this.senders.map((sender) => sender.onApplicationShutdown()));
  }

  get sendSpans(): SpanRecord['spans'] {
    return this.record.spans.filter(({ name }) => name === 'send notification');
  }

  /** @param send what the channel does; it may throw, unless the channel is immediate */
  replica(
    database: Database = this.test.database,
    send: LogChannel['send'] = (each) => void this.sent.push(each),
    isImmediate = false,
  ) {
    const metrics = new Metrics();
    const notifications = new NotificationsRepository(database);
    const counts = new NotificationsMetrics(metrics);
    const sendOne = new SendNotification({ send, isImmediate } as unknown as LogChannel, counts);
    const sender = new SendNotifications(database, notifications, sendOne, counts);
    this.senders.push(sender);
    sender.onApplicationBootstrap();
    const createNotifications = new CreateNotifications(notifications, sender);
    const notify = (...occasions: Occasion[]) =>
      database.transaction((tx) => createNotifications.execute(tx, requestsFor(occasions)));
    return { metrics, notifications, notify };
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
  { filter = {}, meanwhile = () => Promise.resolve() }: { filter?: object; meanwhile?: () => Promise<unknown> } = {},
): Promise<readonly Notification[]> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    await meanwhile();
    const { rows: list } = await notifications.list(filter, { before: null, limit: 100 });
    if (isDone(list) || Date.now() > deadline) return list;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
