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

/** The remaining work of every service; a sequence counts as retried if its head was handled just now, and its next message follows. */
const PENDING = `SELECT (SELECT count(*) FROM outbox)::int AS outbox,
  (SELECT count(*) FROM ${SEQUENCES_TABLE} WHERE next_attempt_at IS NOT NULL)::int AS retrying`;
const UNSENT = `SELECT count(*)::int AS unsent FROM notifications WHERE status = 'PENDING'`;
const UNDECIDED = `SELECT count(*)::int AS undecided FROM orders WHERE status = 'PENDING'`;
/** Without this, orders would expire while the evidence is collected. */
const END_EXPIRY = `
  WITH kept AS (
    UPDATE orders SET status_since = now() + interval '1 day'
    WHERE status IN ('CONFIRMED', 'PARTIALLY_FULFILLED') AND status_since <= now() RETURNING order_id
  )
  SELECT count(*)::int AS "about to expire" FROM kept`;

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
  const count = async (service: string, sql: string) => {
    const [counts] = await databases.query<Counts>(service, sql);
    for (const [what, n] of Object.entries(counts ?? {})) if (n > 0) left.push(`${service}: ${n} ${what}`);
  };
  // In this order: an order that is decided after the first statement is kept by the second, and what an expiry wrote
  // before the second is counted by those below.
  for (const sql of [UNDECIDED, END_EXPIRY]) await count('order-service', sql);
  for (const service of databases.services) await count(service, PENDING);
  await count('notification-service', UNSENT);
  for (const { group, topic, partition, behind } of await readLag(kafka)) {
    if (behind !== 0) left.push(`${group}: ${behind} behind on ${topic}[${partition}]`);
  }
  return [...left, ...(await witness.missing()).map((partition) => `harness has not read ${partition}`)];
}
