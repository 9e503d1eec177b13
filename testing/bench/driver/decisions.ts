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

/** The decisions of one run after another, by order id. */
export class Decisions extends Map<string, Decision> {
  earlier = new Set<string>();

  /** Begins the next run. What is delivered again of earlier ones does not belong to it. */
  beginRun() {
    for (const id of this.keys()) this.earlier.add(id);
    this.clear();
  }

  /** The first event of an order counts: it may come again. */
  note(messages: KafkaMessage[]) {
    const at = now();
    for (const { key, headers } of messages) {
      const [id, type] = [String(key), String(headers?.ce_type)];
      if (!DECISIONS.has(type) || this.earlier.has(id)) continue;
      const known = this.get(id);
      if (!known) this.set(id, { at, type });
      else if (known.type !== type) known.contradiction = type;
    }
  }
}

/**
 * Consumes what the inventory publishes, from the topic's beginning on.
 * @returns when it consumes
 */
export async function followDecisions(brokers: string) {
  const decisions = new Decisions();
  const consumer = connectTo([brokers]).consumer({ groupId: `bench-driver-${randomBytes(4).toString('hex')}` });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.connect();
  await consumer.subscribe({ topics: ['inventory-events'], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 64,
    eachBatch: ({ batch }) => Promise.resolve(decisions.note(batch.messages)),
  });
  await joined;
  return { decisions, stop: () => consumer.disconnect() };
}
