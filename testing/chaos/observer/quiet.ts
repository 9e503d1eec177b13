import { SEQUENCES_TABLE } from '../system/surface.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { readLag } from '../../kafka/lag.ts';
import type { Databases } from './database.ts';
import type { Kafka } from 'kafkajs';
import type { Witness } from './witness.ts';

interface Sources {
  databases: Databases;
  kafka: Kafka;
  witness: Witness;
}

/** By what is counted. */
type Counts = Record<string, number>;

const INTERVAL_MS = 1_000;

/** The remaining work, by service. */
const PENDING = {
  'order-service': 'SELECT (SELECT count(*) FROM outbox)::int AS outbox',
  'inventory-service': 'SELECT (SELECT count(*) FROM outbox)::int AS outbox',
  'notification-service': `SELECT (SELECT count(*) FROM outbox)::int AS outbox, (SELECT count(*) FROM notifications WHERE status = 'PENDING')::int AS unsent`,
};
const UNDECIDED = `SELECT count(*)::int AS undecided FROM orders WHERE status = 'PENDING'`;
/** Without this, orders would expire while the evidence is collected. */
const END_EXPIRY = `
  WITH kept AS (
    UPDATE orders SET status_since = now() + interval '1 day'
    WHERE status IN ('CONFIRMED', 'PARTIALLY_FULFILLED') AND status_since <= now() RETURNING order_id
  )
  SELECT count(*)::int AS "about to expire" FROM kept`;
/** Includes those whose head was handled just now, and whose next message follows. */
const RETRYING = `SELECT count(*)::int AS retrying FROM ${SEQUENCES_TABLE} WHERE next_attempt_at IS NOT NULL`;

/**
 * Waits until no work remains, or until the time limit; the checks then find the remaining work. From then on no order
 * expires.
 * @returns the remaining work
 */
export async function whenQuiet({ patienceMs, ...sources }: Sources & { patienceMs: number }): Promise<string[]> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const left = await whatIsLeft(sources).catch((error) => [String(error)]);
    if (left.length === 0 || Date.now() > giveUpAt) return left;
    await delay(INTERVAL_MS);
  }
}

async function whatIsLeft({ databases, kafka, witness }: Sources): Promise<string[]> {
  const left: string[] = [];
  const note = (service: string, counts: Counts | undefined) => {
    for (const [what, count] of Object.entries(counts ?? {})) if (count > 0) left.push(`${service}: ${count} ${what}`);
  };
  // In this order: an order that is decided after the first statement is kept by the second, and what an expiry wrote
  // before the second is counted by those below.
  for (const sql of [UNDECIDED, END_EXPIRY]) {
    const [counts] = await databases.query<Counts>('order-service', sql);
    note('order-service', counts);
  }
  for (const [service, sql] of Object.entries(PENDING)) {
    const [[pending], [retrying]] = await Promise.all([
      databases.query<Counts>(service, sql),
      databases.query<Counts>(service, RETRYING),
    ]);
    note(service, { ...pending, ...retrying });
  }
  for (const { group, topic, partition, behind } of await readLag(kafka)) {
    if (behind !== 0) left.push(`${group}: ${behind} behind on ${topic}[${partition}]`);
  }
  return [...left, ...(await witness.missing()).map((partition) => `harness has not read ${partition}`)];
}
