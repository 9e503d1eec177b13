import { expect } from '@jest/globals';
import type { Kafka } from 'kafkajs';
import type { Databases } from '../../../../testing/chaos/observer/database.ts';
import { readLag } from '../../../../testing/kafka/lag.ts';
import type { Client, HttpResponse } from './client.js';
import { eventually } from './eventually.js';
import { type ServiceName, SERVICES } from './system.js';
import { readTopic } from './topics.js';

/** Places and changes orders, and reads their state from the services. */
export class OrderDriver {
  constructor(
    private readonly client: Client,
    private readonly kafka: Kafka,
    private readonly databases: Databases,
  ) {}

  /** @returns the order's id */
  async place(customerId: string, quantity = 1): Promise<string> {
    const order = { customerId, items: [{ itemId: 'ITEM-004', quantity }], totalAmount: 1 };
    const { status, body } = await this.client.post('order-service', '/orders', order);
    expect(status).toBe(201);
    return body.orderId;
  }

  async close(orderId: string, action: 'cancel' | 'fulfil'): Promise<void> {
    expect((await this.client.post('order-service', `/orders/${orderId}/${action}`, {})).status).toBe(200);
  }

  async whenOrderIs(orderId: string, status: string): Promise<void> {
    await eventually(`order ${orderId} is ${status}`, async () => {
      return (await this.client.get('order-service', `/orders/${orderId}`)).body.status === status;
    });
  }

  async whenReservationIs(orderId: string, status: string): Promise<void> {
    await eventually(`the reservation of ${orderId} is ${status}`, async () => {
      return (await this.client.get('inventory-service', `/reservations/${orderId}`)).body.status === status;
    });
  }

  /** The messages of an order that inventory has parked, oldest first. */
  async parked(orderId: string): Promise<HttpResponse['body'][]> {
    return (await this.client.get('inventory-service', `/dead-letters?key=${orderId}`)).body.data.reverse();
  }

  /** Waits until the parked messages of an order have these fields. */
  async whenParked(orderId: string, expected: Record<string, unknown>[]): Promise<void> {
    await eventually(`the parked messages of ${orderId} are ${JSON.stringify(expected)}`, async () => {
      const found = await this.parked(orderId);
      const matches = (n: number, fields: object) =>
        Object.entries(fields).every(([name, value]) => found[n][name] === value);
      return found.length === expected.length && expected.every((fields, n) => matches(n, fields));
    });
  }

  /** The types of the events that inventory has published about an order, in order. */
  async repliesTo(orderId: string): Promise<string[]> {
    const events = await readTopic(this.kafka, 'inventory-events');
    return events.filter(({ key }) => String(key) === orderId).map(({ headers }) => String(headers['ce_type']));
  }

  /** Makes inventory fail to reserve anything for a customer while `condition` holds, like a bug in its handler. */
  async breakHandler({ name, customerId, condition = 'true' }: Record<string, string>): Promise<void> {
    await this.databases.query(
      'inventory-service',
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF NEW.customer_id = '${customerId}' AND NEW.status = 'HELD' AND ${condition} THEN RAISE EXCEPTION 'a bad deploy'; END IF; RETURN NEW; END $$;
       CREATE TRIGGER ${name} BEFORE INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION ${name}()`,
    );
  }

  async repairHandler(name: string): Promise<void> {
    await this.databases.query('inventory-service', `DROP TRIGGER ${name} ON reservations`);
  }

  async countOf(service: ServiceName, table: string): Promise<number> {
    const [row] = await this.databases.query<{ n: number }>(service, `SELECT count(*)::int AS n FROM ${table}`);
    return row?.n ?? NaN;
  }

  /** Waits until everything is consumed, published and sent. */
  async whenIdle(): Promise<void> {
    await eventually('the system is idle', async () => {
      const outboxes = await Promise.all(SERVICES.map((name) => this.countOf(name, 'outbox')));
      const unsent = await this.countOf('notification-service', "notifications WHERE status <> 'SENT'");
      const lags = await readLag(this.kafka);
      return [...outboxes, unsent, ...lags.map(({ behind }) => behind)].every((left) => left === 0);
    });
  }
}
