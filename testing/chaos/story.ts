import { createReadStream, readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Violation } from './checks/violation.ts';
import type { Evidence } from './evidence.ts';
import type { Databases } from './observer/database.ts';
import { PARKED_TABLE } from './system/surface.ts';

/** All data of one order. */
export interface Story {
  orderId: string;
  lines: string[];
}

const MOST_STORIES = 5;
const MOST_LINES = 40;
const ROWS = {
  'order-service': [
    'SELECT * FROM orders WHERE order_id::text = $1',
    "SELECT * FROM outbox WHERE convert_from(key, 'UTF8') = $1",
  ],
  'inventory-service': [
    'SELECT * FROM reservations WHERE order_id = $1',
    'SELECT * FROM movements WHERE order_id = $1',
    "SELECT * FROM outbox WHERE convert_from(key, 'UTF8') = $1",
  ],
  'notification-service': ['SELECT * FROM notifications WHERE order_id = $1 ORDER BY notification_id'],
};
const PARKED = `SELECT status, topic, partition, "offset", event_type, attempts, error_code, error_message
  FROM ${PARKED_TABLE} WHERE key = convert_to($1, 'UTF8') ORDER BY position`;
/** Its keys begin as the ids of the order's events do, with the time at which the order was placed. */
const INBOX = `SELECT event_key, handled_at FROM inbox WHERE left(event_key::text, 13) = ANY($1)`;

/**
 * The whole story of the orders that the first violations are about, one of each kind first: what the client asked,
 * rows, events, log lines.
 */
export async function tellStories(
  violations: Violation[],
  { evidence, databases, logs }: { evidence: Evidence; databases: Databases; logs: string },
): Promise<Story[]> {
  const firstOfKind = [...new Map(violations.toReversed().map((one) => [`${one.check} ${one.what}`, one])).values()];
  const orderIds = [...new Set([...firstOfKind.toReversed(), ...violations].flatMap(({ orderId }) => orderId ?? []))];
  const stories: Story[] = [];
  for (const orderId of orderIds.slice(0, MOST_STORIES)) {
    stories.push({ orderId, lines: await tell(orderId, { evidence, databases, logs }) });
  }
  return stories;
}

async function tell(
  orderId: string,
  { evidence, databases, logs }: { evidence: Evidence; databases: Databases; logs: string },
) {
  const booked = evidence.book.orders.find((order) => order.orderId === orderId || order.otherIds.includes(orderId));
  const events = evidence.events.get(orderId) ?? [];
  const eventIds = [...new Set(events.map(({ id }) => id))];
  const lines = (booked?.requests ?? ['no client knows it']).map((request) => `client: ${request}`);
  for (const { topic, partition, offset, at, type, id } of events) {
    lines.push(`event: ${new Date(at).toISOString()} ${topic}[${partition}] ${offset} ${type} ${id}`);
  }
  for (const [service, queries] of Object.entries(ROWS)) {
    for (const sql of [...queries, PARKED]) {
      const rows = await databases.query(service, sql, [orderId]);
      lines.push(...rows.map((row) => `${service}, ${/FROM (\w+)/.exec(sql)?.[1]}: ${JSON.stringify(row)}`));
    }
    const rows = await databases.query(service, INBOX, [eventIds.map((id) => id.slice(0, 13))]);
    lines.push(...rows.map((row) => `${service}, inbox: ${JSON.stringify(row)}`));
  }
  return [...lines, ...(await grep([orderId, ...eventIds], logs))];
}

async function grep(texts: string[], logs: string) {
  const found: string[] = [];
  for (const file of readdirSync(logs)) {
    for await (const line of createInterface({ input: createReadStream(path.join(logs, file)) })) {
      if (texts.some((text) => line.includes(text))) found.push(`log: ${line}`);
    }
  }
  return found.sort().slice(0, MOST_LINES);
}
