import { setTimeout as delay } from 'node:timers/promises';
import { withAdmin } from '../../kafka/connect.ts';
import { DEAD_LETTER_TOPICS, TOPICS } from '../../kafka/groups.ts';
import type { IHeaders, Kafka, Batch } from 'kafkajs';

/** An event in Kafka; compact, since there are many. */
export interface Seen {
  topic: string;
  partition: number;
  offset: number;
  /** The broker's timestamp. */
  at: number;
  type: string;
  id: string;
}

export interface Bytes {
  topic: string;
  partition: number;
  offset: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: IHeaders;
}

const RECENT = 2_000;
const RESTART_MS = 500;

/** Reads all topics from their beginning, directly and not through the proxies, and keeps all events. */
export class Witness {
  kafka: Kafka;
  /** Events of the services by key, in the order of each partition. */
  events: Map<string, Seen[]> = new Map();
  /** copies of dead letters */
  copies: Bytes[] = [];
  poison: Bytes[] = [];
  /** A sample of recent real events, to send again. */
  recent: Bytes[] = [];
  seen = 0;
  /** the last offset by partition */
  positions: Map<string, number> = new Map();
  stopping = new AbortController();
  running: Promise<void> = Promise.resolve();

  constructor(kafka: Kafka) {
    this.kafka = kafka;
  }

  start() {
    this.running = this.watch();
  }

  async stop() {
    this.stopping.abort();
    await this.running;
  }

  /** @returns the partitions that it has not read to their end */
  async missing(): Promise<string[]> {
    return withAdmin(this.kafka, async (admin) => {
      const missing = [];
      for (const topic of [...TOPICS, ...DEAD_LETTER_TOPICS]) {
        for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
          const position = this.positions.get(`${topic}[${partition}]`) ?? -1;
          if (position + 1 < Number(high)) missing.push(`${topic}[${partition}] ${position + 1} of ${high}`);
        }
      }
      return missing;
    });
  }

  async watch() {
    while (!this.stopping.signal.aborted) {
      await this.consume().catch(() => {});
      await delay(RESTART_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
    }
  }

  /** Consumes until it crashes or is stopped. Drops duplicates by their offsets. */
  async consume() {
    const consumer = this.kafka.consumer({
      groupId: 'chaos-witness',
      metadataMaxAge: 5_000,
      maxWaitTimeInMs: 300,
      retry: { retries: 5, restartOnFailure: async () => false },
    });
    const crashed = new Promise((resolve) => consumer.on(consumer.events.CRASH, resolve));
    const stopped = new Promise((resolve) => this.stopping.signal.addEventListener('abort', resolve));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...TOPICS, ...DEAD_LETTER_TOPICS], fromBeginning: true });
      await consumer.run({ eachBatch: async ({ batch }) => this.take(batch) });
      await Promise.race([crashed, stopped]);
    } finally {
      await consumer.disconnect().catch(() => {});
    }
  }

  take({ topic, partition, messages }: Batch) {
    const name = `${topic}[${partition}]`;
    for (const message of messages) {
      const offset = Number(message.offset);
      if (offset <= (this.positions.get(name) ?? -1)) continue;
      this.positions.set(name, offset);
      this.keep({ ...message, headers: message.headers ?? {}, topic, partition, offset });
    }
  }

  keep({ topic, partition, offset, key, value, headers, timestamp }: Bytes & { timestamp: string }) {
    const bytes = { topic, partition, offset, key, value, headers };
    if (!TOPICS.includes(topic)) return void this.copies.push(bytes);
    if (isPoison(bytes.headers)) return void this.poison.push(bytes);
    const name = String(key);
    const event = {
      topic,
      partition,
      offset,
      at: Number(timestamp),
      type: String(headers.ce_type),
      id: String(headers.ce_id),
    };
    const same = this.events.get(name);
    if (same) same.push(event);
    else this.events.set(name, [event]);
    this.seen += 1;
    this.recent[this.seen % RECENT] = bytes;
  }
}

/** @param headers every event of a service has an id, and every poison message has at least one of the two headers */
const isPoison = (headers: IHeaders) => 'chaos_poison' in headers || !('ce_id' in headers);
