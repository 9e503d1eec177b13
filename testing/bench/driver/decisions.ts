import { randomBytes } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import { now } from '../../load/clock.ts';
import { connectTo } from '../../kafka/connect.ts';

export interface Decision {
  /** when the driver had the event, milliseconds since the epoch */
  at: number;
  type: string;
  /** of another type, for the same order */
  contradiction?: string;
}

const DECISIONS = new Set(['INVENTORY_RESERVED', 'INVENTORY_INSUFFICIENT']);

/**
 * Consumes what the inventory publishes, from the topic's end on.
 * @returns when it consumes
 */
export async function followDecisions(brokers: string) {
  const decisions = new Map<string, Decision>();
  const consumer = connectTo([brokers]).consumer({ groupId: `bench-driver-${randomBytes(4).toString('hex')}` });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.connect();
  await consumer.subscribe({ topics: ['inventory-events'], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 64,
    eachBatch: ({ batch }) => Promise.resolve(note(decisions, batch.messages)),
  });
  await joined;
  return { decisions, stop: () => consumer.disconnect() };
}

/** The first event of an order counts: it may come again. */
export function note(decisions: Map<string, Decision>, messages: KafkaMessage[]) {
  const at = now();
  for (const { key, headers } of messages) {
    const type = String(headers?.ce_type);
    if (!DECISIONS.has(type)) continue;
    const known = decisions.get(String(key));
    if (!known) decisions.set(String(key), { at, type });
    else if (known.type !== type) known.contradiction = type;
  }
}
