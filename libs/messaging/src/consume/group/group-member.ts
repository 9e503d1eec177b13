import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { backoffMs, withTimeout } from '@orderflow/concurrency';
import type { Consumer, Kafka } from 'kafkajs';
import { PositionLost } from '../../envelope/message-errors.js';
import { explainKafkaError, isForbidden } from '../../kafka/explain-kafka-error.js';
import type { KafkaOptions } from '../../kafka/kafka.client.js';
import { provisionTopics, type TopicDefinition } from '../../kafka/topics.js';
import { withAdmin } from '../../kafka/with-admin.js';
import { whenSessionExpires } from './session-watch.js';

/** The partitions that a member of a group reads, by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

export interface GroupMemberOptions {
  readonly kafka: Kafka;
  /** The security options of `kafka`, to explain its errors. */
  readonly kafkaOptions: KafkaOptions;
  /** The group id as configured; nothing is appended. */
  readonly groupId: string;
  /** The topics to create if they are missing. */
  readonly topics: () => readonly TopicDefinition[];
  /** Subscribes and runs a consumer that is connected. */
  readonly run: (consumer: Consumer) => Promise<void>;
  /** Called for each consumer before it connects. The function that it returns is called when the consumer is about to stop. */
  readonly onStart: (consumer: Consumer) => () => Promise<void>;
}

/** The most bytes per fetch for all partitions together; kafkajs's default is ten times as much. */
const MAX_FETCH_BYTES = 4 * 1024 * 1024;
/**
 * A dead replica keeps its partitions until its session times out; the database's timeouts are shorter, so it holds no
 * locks for longer. A rebalance waits for the slowest member's batch, but not until a consumer counts as stuck.
 */
const SESSION = { sessionMs: 10_000, rebalanceMs: 30_000 };
export const HEARTBEAT_INTERVAL_MS = 1_000;
const METADATA_MAX_AGE_MS = 30_000;
const RECONNECT = { firstMs: 500, maxMs: 5_000 };
export const CLOSE_MS = 6_000;

/**
 * Keeps a service in its consumer group through all failures: creates missing topics, connects, joins, and starts a new
 * consumer, with backoff, whenever one crashes, its session expires or its positions are lost. Kafka may be unavailable at
 * start or later.
 */
export class GroupMember {
  private readonly logger = new Logger('GroupMember');
  private readonly closing = new AbortController();
  private running: Promise<void> | undefined;
  private failures = 1;
  private rejoin: (error: PositionLost) => void = () => undefined;
  private resolveJoined: () => void = () => undefined;
  private readonly joined = new Promise<void>((resolve) => (this.resolveJoined = resolve));
  private unavailable: string | undefined = 'not connected yet';
  private wasForbidden = false;
  private problems: readonly string[] = [];
  private activeAt = Date.now();

  constructor(private readonly options: GroupMemberOptions) {}

  start(): void {
    this.running = this.stayInGroup();
  }

  /** Leaves the group; waits at most 6 s if the broker is unavailable. */
  async stop(): Promise<void> {
    this.closing.abort();
    await withTimeout(CLOSE_MS, this.running ?? Promise.resolve());
  }

  /** Aborted when the member is to stop. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  /** Resolves when a consumer has joined the group for the first time. */
  whenJoined(): Promise<void> {
    return this.joined;
  }

  /** Why there is no consumer in the group now; undefined if there is one. */
  get unavailableReason(): string | undefined {
    return this.unavailable;
  }

  /** Problems of the topics for an operator, one sentence each. */
  get topicProblems(): readonly string[] {
    return this.problems;
  }

  /** When the consumer last joined or fetched, in milliseconds since the epoch. */
  get lastActiveAt(): number {
    return this.activeAt;
  }

  /** Resets the backoff after a success. */
  resetBackoff(): void {
    this.failures = 1;
  }

  /** Starts a new consumer, which reads its positions again. */
  losePosition(error: PositionLost): void {
    this.rejoin(error);
  }

  private async stayInGroup(): Promise<void> {
    for (; !this.signal.aborted; this.failures += 1) {
      try {
        await this.provision();
        await this.consumeUntilCrash();
      } catch (error) {
        this.note(error as Error);
      }
      const backoff = backoffMs(this.failures, RECONNECT);
      await delay(backoff, undefined, { signal: this.signal }).catch(() => undefined);
    }
  }

  private async provision(): Promise<void> {
    this.problems = await withAdmin(this.options.kafka, (admin) => provisionTopics(admin, this.options.topics()));
    for (const problem of this.problems) this.logger.warn(problem);
  }

  private note(error: Error): void {
    if (error instanceof PositionLost) return this.logger.warn(`${error.message}: reading the positions again`);
    const reason = `Kafka is unavailable or refuses this replica: ${explainKafkaError(error, this.options.kafkaOptions)}`;
    if (this.unavailable !== reason) this.logger.warn(reason);
    this.unavailable = reason;
    this.wasForbidden ||= isForbidden(error);
  }

  private async consumeUntilCrash(): Promise<void> {
    const consumer = this.createConsumer();
    const over = new AbortController();
    const ends = [this.whenCrashed(consumer), whenSessionExpires(consumer, SESSION, over.signal), this.whenStopped()];
    const removed = this.options.onStart(consumer);
    consumer.on(consumer.events.FETCH, () => (this.activeAt = Date.now()));
    // Joining the group does not prove that the client may read.
    consumer.on(this.wasForbidden ? consumer.events.FETCH : consumer.events.GROUP_JOIN, () => this.join());
    try {
      await consumer.connect();
      await this.options.run(consumer);
      await Promise.race(ends);
    } finally {
      over.abort();
      // Either would wait for a frozen broker.
      await withTimeout(
        CLOSE_MS,
        removed().then(() => consumer.disconnect()),
      );
    }
  }

  private createConsumer(): Consumer {
    return this.options.kafka.consumer({
      groupId: this.options.groupId,
      sessionTimeout: SESSION.sessionMs,
      rebalanceTimeout: SESSION.rebalanceMs,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      maxWaitTimeInMs: 500,
      maxBytes: MAX_FETCH_BYTES,
      // How soon partitions that are added to a topic are detected; they are read from their beginning.
      metadataMaxAge: METADATA_MAX_AGE_MS,
      // There is one way to recover from any crash: stayInGroup starts a new consumer.
      retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** Rejects when the consumer crashes or its positions are lost, possibly before anyone awaits it. */
  private whenCrashed(consumer: Consumer): Promise<never> {
    const crashed = new Promise<never>((_, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      this.rejoin = reject;
    });
    crashed.catch(() => undefined);
    return crashed;
  }

  private whenStopped(): Promise<void> {
    return new Promise((resolve) => this.signal.addEventListener('abort', () => resolve()));
  }

  private join(): void {
    if (this.unavailable) this.logger.log(`Joined the consumer group ${this.options.groupId}`);
    this.unavailable = undefined;
    this.wasForbidden = false;
    this.activeAt = Date.now();
    this.resolveJoined();
  }
}
