import { setTimeout as delay } from 'node:timers/promises';
import { withTimeout, backoffMs, GroupCommit, Poller } from '@orderflow/concurrency';
import type { ComponentHealth } from '@orderflow/observability';
import { ServerKafka, Transport } from '@nestjs/microservices';
import type { Consumer, ConsumerEndBatchProcessEvent, EachBatchPayload, Kafka } from 'kafkajs';
import { BatchHandler } from './batch-handler.js';
import { ConsumerWatch } from './consumer-watch.js';
import type { ConsumerMetrics } from './consumer.metrics.js';
import { EventDispatcher } from './event-dispatcher.js';
import type { EventMetrics } from '../kafka/event.metrics.js';
import { explainKafkaError, isForbidden } from '../kafka/explain-kafka-error.js';
import { createKafka, type KafkaOptions } from '../kafka/kafka.client.js';
import { bytesOf, type ConsumedMessage, partitionOf } from '../envelope/message.js';
import { PartitionPositions } from './partition-positions.js';
import { TypeNotHandled, PositionLost } from '../envelope/message-errors.js';
import { whenSessionExpires } from './session-watch.js';
import { provisionTopics, type TopicDefinition, type TopicSettings } from '../kafka/topics.js';
import type { PartitionId, UnitOfWork } from './unit-of-work.js';
import { withAdmin } from '../kafka/with-admin.js';

export interface BatchServerOptions {
  readonly kafka: KafkaOptions;
  /** Exactly as configured; nothing is appended. */
  readonly groupId: string;
  readonly topicSettings: TopicSettings;
  readonly unitOfWork: UnitOfWork;
  readonly metrics: ConsumerMetrics;
  readonly events: EventMetrics;
  /** How long a consumer in its group may do nothing before it counts as stuck; a minute unless given. */
  readonly silenceMs?: number;
  /** Topics to be made beside those that are consumed. */
  readonly furtherTopics?: (consumed: readonly string[]) => readonly TopicDefinition[];
}

/** Messages in one transaction, at most; a partition hands over this many at a time. */
const MAX_BATCH = 1_000;
/** What a broker answers with at once, of all partitions together; kafkajs asks for ten. */
const MAX_FETCH_BYTES = 4 * 1024 * 1024;
/** The same in bytes; a single message may be larger. */
const MAX_BATCH_BYTES = 1024 * 1024;
/**
 * A dead replica keeps its partitions for a session; the database's timeouts are below it, so that it holds no locks longer.
 * A rebalance waits for the slowest member's batch, and stays below `SILENCE_MS`.
 */
const SESSION = { sessionMs: 10_000, rebalanceMs: 30_000 };
const HEARTBEAT_INTERVAL_MS = 1_000;
const METADATA_MAX_AGE_MS = 30_000;
const RECONNECT = { firstMs: 500, maxMs: 5_000 };
const RETRY = { firstMs: 200, maxMs: 5_000 };
const CLOSE_MS = 6_000;
const REGRESSION_LOOK_MS = 5_000;
/** A consumer in its group that has done nothing for so long is stuck. It asks for messages twice a second. */
const SILENCE_MS = 60_000;
const PARTITIONS_AT_MOST = 64;

/**
 * Nest's Kafka transport with a batch as the unit of work (ADR 0003): what Kafka has delivered on all partitions of
 * this replica is handled as one transaction, one at a time, and offsets move only after its commit.
 *
 * - An event takes effect once, by the {@link UnitOfWork}; it may be delivered many times.
 * - A failing batch is split until the culprit stands alone, which the {@link UnitOfWork} sets aside. The partition
 *   never waits for it.
 * - Kafka or the database may be away at start or later: it waits, connects again, and goes on where it was.
 */
export class BatchServer extends ServerKafka {
  override readonly transportId = Transport.KAFKA;
  private readonly kafka: Kafka;
  private readonly closing = new AbortController();
  private readonly queue = new GroupCommit<ConsumedMessage, boolean>((messages) => this.handler.handle(messages), {
    maxItems: MAX_BATCH,
    maxWeight: MAX_BATCH_BYTES,
    weightOf: bytesOf,
    maxWaiting: Number.POSITIVE_INFINITY, // bounded by one chunk for each partition
  });
  private readonly dispatcher: EventDispatcher;
  private readonly handler: BatchHandler;
  private readonly positions: PartitionPositions;
  private readonly watch: ConsumerWatch;
  /** Resolved when it is known where to go on in what was assigned last. */
  private settled = Promise.resolve();
  /** Assigned partitions of which the database has not been asked yet where it is in them. */
  private uncompared: readonly PartitionId[] | undefined;
  private failures = 1;
  private losePosition: (error: PositionLost) => void = () => undefined;
  private running: Promise<void> | undefined;
  private announceJoined: () => void = () => undefined;
  private readonly joined = new Promise<void>((resolve) => (this.announceJoined = resolve));
  private lack: string | undefined = 'not connected yet';
  private refused = false;
  private progressAt = Date.now();
  private shortages: readonly string[] = [];

  constructor(private readonly batchOptions: BatchServerOptions) {
    super({
      postfixId: '',
      client: { brokers: [...batchOptions.kafka.brokers] },
      consumer: { groupId: batchOptions.groupId },
    });
    this.kafka = createKafka(batchOptions.kafka);
    this.dispatcher = new EventDispatcher(this.messageHandlers, batchOptions.groupId);
    const { unitOfWork, metrics, groupId } = batchOptions;
    this.positions = new PartitionPositions(unitOfWork);
    this.handler = new BatchHandler({
      unitOfWork,
      dispatcher: this.dispatcher,
      metrics,
      positions: this.positions,
      onProgress: () => (this.progressAt = Date.now()),
      onPositionLost: (error) => this.losePosition(error),
    });
    const topics = () => this.dispatcher.topics;
    this.watch = new ConsumerWatch({ kafka: this.kafka, groupId, topics, metrics });
  }

  /** Calls back at once: connecting goes on in the background, for as long as it takes. */
  override async listen(callback: (error?: unknown) => void): Promise<void> {
    this.dispatcher.assertComplete();
    for (const [topic, types] of this.dispatcher.types) this.batchOptions.events.distinguish(topic, types);
    this.batchOptions.metrics.distinguish(this.dispatcher.topics);
    this.watch.start();
    this.running = this.stayInGroup();
    callback();
  }

  /** Finishes the batch in hand, commits its offsets and leaves the group; without a broker it gives up after a while. */
  override async close(): Promise<void> {
    this.closing.abort();
    await withTimeout(CLOSE_MS, Promise.all([this.running, this.watch.stop()]));
  }

  /** Resolves when the consumer has joined its group for the first time. */
  whenJoined(): Promise<void> {
    return this.joined;
  }

  /** Down where the consumer should be at work and does nothing; a broker or a database that is away is no reason. */
  liveness(): ComponentHealth {
    const silentMs = Date.now() - this.progressAt;
    if (this.lack || silentMs < (this.batchOptions.silenceMs ?? SILENCE_MS)) return { status: 'up' };
    return { status: 'down', detail: `the consumer has done nothing for ${Math.round(silentMs / 1_000)} s` };
  }

  health(): ComponentHealth {
    if (this.lack) return { status: 'down', detail: this.lack };
    const stuck = [...this.handler.failures].map(
      ([partition, { attempts, error }]) => `${partition} is stuck, tried ${attempts} times: ${error}`,
    );
    const detail = [...stuck, ...this.shortages, ...this.watch.problems].join('; ');
    const { skipped } = this.dispatcher;
    const facts = skipped.size > 0 ? { facts: { skipped: Object.fromEntries(skipped) } } : {};
    return detail ? { status: 'degraded', detail, ...facts } : { status: 'up', ...facts };
  }

  /**
   * Reads a single message and runs its handler in `transaction`, as for a batch; for retries. It is read inside of the
   * transaction, whose lock says which message it is; what is above 256 KiB is not parsed, and bounds come before entries,
   * so that it takes milliseconds.
   * @throws {PermanentError} where it is bad input
   * @throws {TypeNotHandled} for what another version of this service has set aside
   */
  async handleAgain(transaction: unknown, message: ConsumedMessage): Promise<void> {
    const decoded = this.dispatcher.decode(message);
    if (!decoded) throw new TypeNotHandled(`no handler here takes this type of event of ${message.topic}`);
    await this.dispatcher.dispatch(transaction, [decoded]);
  }

  private async stayInGroup(): Promise<void> {
    for (; !this.closing.signal.aborted; this.failures += 1) {
      try {
        await this.provision();
        await this.consumeUntilCrash();
      } catch (error) {
        this.lose(error as Error);
      }
      await delay(backoffMs(this.failures, RECONNECT), undefined, { signal: this.closing.signal }).catch(
        () => undefined,
      );
    }
  }

  private lose(error: Error): void {
    if (error instanceof PositionLost) return this.logger.warn(`${error.message}: asking anew where to go on`);
    const lack = `Kafka is away or refuses us: ${explainKafkaError(error, this.batchOptions.kafka)}`;
    if (this.lack !== lack) this.logger.warn(lack);
    this.lack = lack;
    this.refused ||= isForbidden(error);
  }

  private async provision(): Promise<void> {
    this.shortages = await withAdmin(this.kafka, (admin) => provisionTopics(admin, this.topics()));
    for (const shortage of this.shortages) this.logger.warn(shortage);
  }

  private topics(): TopicDefinition[] {
    const { topicSettings, furtherTopics } = this.batchOptions;
    const consumed = this.dispatcher.topics;
    return [...consumed.map((name) => ({ name, ...topicSettings })), ...(furtherTopics?.(consumed) ?? [])];
  }

  private async consumeUntilCrash(): Promise<void> {
    const consumer = this.kafka.consumer({
      groupId: this.batchOptions.groupId,
      sessionTimeout: SESSION.sessionMs,
      rebalanceTimeout: SESSION.rebalanceMs,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      maxWaitTimeInMs: 500,
      maxBytes: MAX_FETCH_BYTES,
      // Partitions that are added to a live topic are seen after so long, and read from their beginning.
      metadataMaxAge: METADATA_MAX_AGE_MS,
      // Whatever crashes it, one mechanism mends it: stayInGroup starts a new consumer.
      retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
    });
    const crashed = new Promise<never>((_, reject) =>
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error)),
    );
    crashed.catch(() => undefined); // it may crash before anyone waits for it
    const closed = new Promise<void>((resolve) => this.closing.signal.addEventListener('abort', () => resolve()));
    const over = new AbortController();
    const expired = whenSessionExpires(consumer, SESSION, over.signal);
    consumer.on(consumer.events.FETCH, () => (this.progressAt = Date.now()));
    const lost = new Promise<never>((_, reject) => (this.losePosition = reject));
    lost.catch(() => undefined);
    const lookout = this.lookForRegression(consumer);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.takeOver(consumer, payload.memberAssignment));
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.passUndelivered(consumer, payload);
    });
    // One that was refused may join its group and still not be allowed to read.
    consumer.on(this.refused ? consumer.events.FETCH : consumer.events.GROUP_JOIN, () => {
      this.join();
    });
    try {
      await consumer.connect();
      await this.bindEvents(consumer);
      await Promise.race([crashed, expired, lost, closed]);
    } finally {
      over.abort();
      void lookout.stop();
      await withTimeout(CLOSE_MS, consumer.disconnect()); // a frozen broker keeps it waiting
      this.batchOptions.metrics.leave();
    }
  }

  /** Begins with partitions: goes back in those where the database is behind what Kafka believes to be handled. */
  private takeOver(consumer: Consumer, assignment: Readonly<Record<string, readonly number[]>>): void {
    const partitions = Object.entries(assignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    );
    this.batchOptions.metrics.join(assignment);
    this.handler.keepOnly(new Set(partitions.map(partitionOf)));
    this.positions.forget();
    this.uncompared = partitions;
    this.settled = this.goBack(consumer, partitions).catch((error: Error) => {
      if (this.uncompared === partitions) this.watch.assign([]);
      this.logger.debug(`Cannot compare positions yet: ${error.message}`);
    });
  }

  private async goBack(consumer: Consumer, partitions: readonly PartitionId[]): Promise<void> {
    const committed = await this.committedOffsets();
    const behind = await this.positions.toGoBack(partitions, committed);
    if (this.uncompared !== partitions) return; // assigned anew meanwhile, or done
    this.uncompared = undefined;
    for (const { topic, partition, offset, committed: ahead } of behind) {
      this.logger.warn(
        `${partitionOf({ topic, partition })} goes back from ${ahead} to ${offset}, where the database is`,
      );
      consumer.seek({ topic, partition, offset });
    }
    this.watch.assign(
      partitions.flatMap((partition) => {
        // The database's first: kafkajs commits -2 before it reads on behind what was deleted.
        const offset = this.positions.storedOf(partition) ?? committed.get(partitionOf(partition));
        return offset === undefined || BigInt(offset) < 0n ? [] : { ...partition, offset };
      }),
    );
  }

  /** By partition, negative where there is none. */
  private async committedOffsets(): Promise<Map<string, string>> {
    const wanted = { groupId: this.groupId, topics: this.dispatcher.topics };
    const topics = await withAdmin(this.kafka, (admin) => admin.fetchOffsets(wanted));
    return new Map(
      topics.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => [partitionOf({ topic, partition }), offset] as const),
      ),
    );
  }

  /**
   * A database can be restored to an earlier state while nothing is to be consumed. One that was away when partitions were
   * assigned is asked again, also where nothing comes: what was deleted unread would not be seen.
   */
  private lookForRegression(consumer: Consumer): Poller {
    const poller = new Poller(
      async () => {
        if (this.uncompared) await this.goBack(consumer, this.uncompared);
        const regression = await this.positions.regression();
        if (regression) this.losePosition(new PositionLost(regression));
      },
      { intervalMs: REGRESSION_LOOK_MS, onFailure: () => undefined }, // the next batch or look says it
    );
    poller.start();
    return poller;
  }

  /** Markers and what an aborted transaction has written: kafkajs passes them, and commits that with the next message only. */
  private passUndelivered(
    consumer: Consumer,
    { topic, partition, lastOffset, highWatermark }: ConsumerEndBatchProcessEvent['payload'],
  ): void {
    this.pass({ topic, partition }, lastOffset, highWatermark);
    const offset = `${BigInt(lastOffset) + 1n}`;
    // Where it fails they are read once more.
    void consumer.commitOffsets([{ topic, partition, offset }]).catch(() => undefined);
  }

  /** What is behind `lastOffset` is to be handled next. */
  private pass(partition: PartitionId, lastOffset: string, highWatermark: string): void {
    const next = `${BigInt(lastOffset) + 1n}`;
    this.batchOptions.metrics.progress(partition, { next, highWatermark });
    this.watch.expect(partition, next);
  }

  private join(): void {
    if (this.lack) this.logger.log(`Joined the consumer group ${this.groupId}`);
    this.lack = undefined;
    this.refused = false;
    this.progressAt = Date.now();
    this.announceJoined();
  }

  override async bindEvents(consumer: Consumer): Promise<void> {
    await consumer.subscribe({ topics: this.dispatcher.topics, fromBeginning: true });
    await consumer.run({
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_MOST,
      eachBatch: (payload) => this.handleEach(consumer, payload),
    });
  }

  /** One partition's part: waits for the commits that hold its messages, and resolves only what they handled. */
  private async handleEach(
    consumer: Consumer,
    { batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload,
  ): Promise<void> {
    const { topic, partition, highWatermark } = batch;
    const { metrics, events } = this.batchOptions;
    const messages = batch.messages.map(({ offset, timestamp, key, value, headers = {} }) => ({
      topic,
      partition,
      offset,
      timestamp,
      key,
      value,
      headers,
    }));
    await this.settled;
    if (isStale()) return; // it goes back: these come again
    const firstOffset = batch.firstOffset() ?? highWatermark;
    await this.watch.arrive({ topic, partition }, firstOffset);
    events.count('consumed', messages);
    metrics.progress(batch, { next: firstOffset, highWatermark });
    for (const chunk of chunksOf(messages)) {
      if (!isRunning() || isStale()) return;
      const handled = await whileBeating(heartbeat, () => this.queue.submit(chunk));
      const stuckAt = handled.indexOf(false);
      const last = chunk[(stuckAt === -1 ? chunk.length : stuckAt) - 1];
      if (last) {
        this.failures = 1;
        resolveOffset(last.offset);
        this.pass({ topic, partition }, last === messages.at(-1) ? batch.lastOffset() : last.offset, highWatermark);
      }
      if (stuckAt !== -1) return this.retryLater(consumer, topic, partition);
      await heartbeat();
    }
  }

  /** Gives control back to kafkajs: a wait inside `eachBatch` would freeze every partition of that broker. */
  private retryLater(consumer: Consumer, topic: string, partition: number): void {
    const attempts = this.handler.failures.get(partitionOf({ topic, partition }))?.attempts ?? 1;
    consumer.pause([{ topic, partitions: [partition] }]);
    void delay(backoffMs(attempts, RETRY), undefined, { signal: this.closing.signal })
      .then(() => consumer.resume([{ topic, partitions: [partition] }]))
      .catch(() => undefined); // closed, or crashed meanwhile: the next consumer starts unpaused
  }
}

/** Parts of a partition's messages that are small enough for one transaction. */
function* chunksOf(messages: readonly ConsumedMessage[]): Generator<readonly ConsumedMessage[]> {
  let chunk: ConsumedMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const own = bytesOf(message);
    if (chunk.length === MAX_BATCH || (chunk.length > 0 && bytes + own > MAX_BATCH_BYTES)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(message);
    bytes += own;
  }
  if (chunk.length > 0) yield chunk;
}

/** Keeps the membership of a group alive while `work` takes its time, which the database's timeouts bound. */
async function whileBeating<Result>(heartbeat: () => Promise<void>, work: () => Promise<Result>): Promise<Result> {
  // A beat that fails is no reason to drop the work: the one after it fails as well, and makes kafkajs join anew.
  const timer = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
