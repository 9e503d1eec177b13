import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ServerKafka, Transport } from '@nestjs/microservices';
import { backoffMs, GroupCommit, Pace, withTimeout } from '@orderflow/concurrency';
import type { ComponentHealth } from '@orderflow/observability';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { PositionLost } from '../envelope/message-errors.js';
import { bytesOf, type ConsumedMessage, partitionOf } from '../envelope/message.js';
import { CONSUMER_GROUP } from '../kafka/consumer-group.js';
import { EventMetrics } from '../kafka/event.metrics.js';
import { createKafka, KAFKA_OPTIONS, type KafkaOptions } from '../kafka/kafka.client.js';
import { PUBLISHED_TOPICS } from '../kafka/kafka.module.js';
import type { PublishedTopic } from '../kafka/schema-registry/schema-ids.js';
import type { TopicDefinition } from '../kafka/topics.js';
import { deadLetterTopics } from '../parking/dead-letters/dead-letter.topic.js';
import { BatchRecovery } from './batch-recovery.js';
import { BATCH_SERVER_OPTIONS, type BatchServerOptions } from './batch-server.options.js';
import { chunksOf, MAX_BATCH, MAX_BATCH_BYTES } from './chunks.js';
import { ConsumerWatch } from './group/consumer-watch.js';
import { ConsumerMetrics } from './group/consumer.metrics.js';
import { EventDispatcher } from './dispatch/event-dispatcher.js';
import { type Assignment, CLOSE_MS, GroupMember } from './group/group-member.js';
import { OffsetCommits } from './group/offset-commits.js';
import { whileBeating } from './group/while-beating.js';
import { PartitionPositions } from './positions/partition-positions.js';
import { PositionRecovery } from './positions/position-recovery.js';
import type { PartitionId } from './positions/positions.repository.js';

const RETRY = { firstMs: 200, maxMs: 5_000 };
/** A consumer in its group that is inactive for this long is stuck. It normally fetches twice a second. */
const SILENCE_MS = 60_000;
const PARTITIONS_AT_MOST = 64;
/** Short, since somebody waits for what the events cause. */
const PACE = { leastMs: 5, mostMs: 40 };

/**
 * Nest's Kafka transport with a batch as the unit of work (ADR 0003). It handles the messages of all partitions of this
 * replica in one transaction at a time ({@link ConsumeBatch}), and moves offsets only after the commit.
 *
 * - An event takes effect once; it may be delivered many times.
 * - If a batch fails, it is bisected until the poison message stands alone, which is parked ({@link BatchRecovery}). The
 *   partition waits only if the message cannot be parked: the database is unavailable, the kill switch is tripped, or `PARKING_LIMIT` is reached.
 * - If Kafka or the database is unavailable, at start or later, it waits, reconnects, and continues where it was.
 */
@Injectable()
export class BatchServer extends ServerKafka {
  override readonly transportId = Transport.KAFKA;
  private readonly pace: Pace;
  private readonly queue = new GroupCommit<ConsumedMessage, Error | undefined>(
    (messages) => {
      this.pace.start();
      return this.recovery.consume(messages);
    },
    {
      maxItems: MAX_BATCH,
      maxWeight: MAX_BATCH_BYTES,
      weightOf: bytesOf,
      maxWaiting: Number.POSITIVE_INFINITY, // bounded by one chunk for each partition
    },
  );
  private readonly member: GroupMember;
  private readonly positionRecovery: PositionRecovery;
  private readonly watch: ConsumerWatch;
  /** Of the current consumer. */
  private commits: OffsetCommits | undefined;

  constructor(
    @Inject(KAFKA_OPTIONS) kafkaOptions: KafkaOptions,
    @Inject(CONSUMER_GROUP) groupId: string,
    @Inject(BATCH_SERVER_OPTIONS) private readonly serverOptions: BatchServerOptions,
    @Inject(PUBLISHED_TOPICS) private readonly published: readonly PublishedTopic[],
    private readonly dispatcher: EventDispatcher,
    private readonly recovery: BatchRecovery,
    positions: PartitionPositions,
    private readonly metrics: ConsumerMetrics,
    private readonly events: EventMetrics,
  ) {
    super({ postfixId: '', client: { brokers: [...kafkaOptions.brokers] }, consumer: { groupId } });
    this.pace = new Pace(serverOptions.pace ?? PACE);
    const kafka = createKafka(kafkaOptions);
    const topics = () => dispatcher.topics;
    this.watch = new ConsumerWatch({ kafka, groupId, topics, metrics });
    this.member = new GroupMember({
      kafka,
      kafkaOptions,
      groupId,
      topics: () => this.topics(),
      run: (consumer) => this.bindEvents(consumer),
      onStart: (consumer) => this.follow(consumer),
    });
    const onPositionLost = (error: PositionLost) => this.member.losePosition(error);
    this.positionRecovery = new PositionRecovery({
      kafka,
      groupId,
      topics,
      positions,
      watch: this.watch,
      onPositionLost,
    });
  }

  /** Calls back at once; it connects in the background, for as long as that takes. */
  override async listen(callback: (error?: unknown) => void): Promise<void> {
    this.dispatcher.connect(this.messageHandlers);
    this.metrics.distinguish(this.dispatcher.topics);
    this.watch.start();
    this.member.start();
    callback();
  }

  /** Finishes the current batch, commits its offsets and leaves the group; within 6 s if the broker is unavailable. */
  override async close(): Promise<void> {
    await withTimeout(CLOSE_MS, Promise.all([this.member.stop(), this.watch.stop()]));
  }

  /** Resolves when the consumer has joined its group for the first time. */
  whenJoined(): Promise<void> {
    return this.member.whenJoined();
  }

  /** Down if the consumer is inactive without a reason. An unavailable broker or database is one. */
  liveness(): ComponentHealth {
    const silentMs = Date.now() - Math.max(this.member.lastActiveAt, this.recovery.lastAttemptAt);
    if (this.member.unavailableReason || silentMs < (this.serverOptions.silenceMs ?? SILENCE_MS))
      return { status: 'up' };
    return { status: 'down', detail: `the consumer has done nothing for ${Math.round(silentMs / 1_000)} s` };
  }

  health(): ComponentHealth {
    const { unavailableReason, topicProblems } = this.member;
    if (unavailableReason) return { status: 'down', detail: unavailableReason };
    const detail = [...this.recovery.failures.problems, ...topicProblems, ...this.watch.problems].join('; ');
    const { skipped } = this.dispatcher;
    const facts = skipped.size > 0 ? { facts: { skipped: Object.fromEntries(skipped) } } : {};
    return detail ? { status: 'degraded', detail, ...facts } : { status: 'up', ...facts };
  }

  private topics(): TopicDefinition[] {
    const { topicSettings } = this.serverOptions;
    const consumed = this.dispatcher.topics;
    const names = new Set([...consumed, ...this.published.map(({ name }) => name)]);
    return [
      ...[...names].map((name) => ({ name, ...topicSettings })),
      ...deadLetterTopics(consumed, this.groupId, topicSettings),
    ];
  }

  /** @returns a function that stops it */
  private follow(consumer: Consumer): () => Promise<void> {
    const commits = new OffsetCommits(consumer);
    this.commits = commits;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      commits.clear();
      this.takeOver(consumer, payload.memberAssignment);
    });
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      // Only transaction markers and aborted records, which are not delivered.
      if (payload.batchSize === 0) this.pass(payload, payload.lastOffset, payload.highWatermark);
    });
    const endWatch = this.positionRecovery.watchFor(consumer);
    return () => {
      endWatch();
      this.metrics.leave();
      return commits.stop();
    };
  }

  private takeOver(consumer: Consumer, assignment: Assignment): void {
    const partitions = Object.entries(assignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    );
    this.metrics.join(assignment);
    this.recovery.failures.keepOnly(new Set(partitions.map(partitionOf)));
    this.positionRecovery.takeOver(consumer, partitions);
  }

  /** Continues with the record after `lastOffset`. */
  private pass(partition: PartitionId, lastOffset: string, highWatermark: string): void {
    const next = `${BigInt(lastOffset) + 1n}`;
    this.metrics.progress(partition, { next, highWatermark });
    this.watch.expect(partition, next);
    this.commits?.add(partition, next);
  }

  override async bindEvents(consumer: Consumer): Promise<void> {
    await consumer.subscribe({ topics: this.dispatcher.topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false, // OffsetCommits does it
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_MOST,
      eachBatch: (payload) => this.handleEach(consumer, payload),
    });
  }

  /** Submits one partition's messages, waits for their commits, and resolves only the offsets of settled messages. */
  private async handleEach(
    consumer: Consumer,
    {
      batch,
      resolveOffset,
      heartbeat,
      isRunning,
      isStale,
      commitOffsetsIfNecessary,
      uncommittedOffsets,
    }: EachBatchPayload,
  ): Promise<void> {
    const { topic, partition, highWatermark } = batch;
    const messages = messagesIn(batch);
    await this.positionRecovery.whenCompared();
    if (isStale()) return; // the consumer was moved back, so these are delivered again
    const firstOffset = batch.firstOffset() ?? highWatermark;
    await this.watch.arrive({ topic, partition }, firstOffset);
    this.events.count('consumed', messages);
    this.metrics.progress(batch, { next: firstOffset, highWatermark });
    for (const chunk of chunksOf(messages)) {
      if (!isRunning() || isStale()) return;
      const failures = await whileBeating(heartbeat, () => this.queue.submit(chunk));
      const stuckAt = failures.findIndex((failure) => failure !== undefined);
      const last = chunk[(stuckAt === -1 ? chunk.length : stuckAt) - 1];
      if (last) {
        this.member.resetBackoff();
        resolveOffset(last.offset);
        this.pass({ topic, partition }, last === messages.at(-1) ? batch.lastOffset() : last.offset, highWatermark);
      }
      if (stuckAt !== -1) return this.retryLater(consumer, { topic, partition }, failures[stuckAt]);
      if (!isRunning()) return commitOffsetsIfNecessary(uncommittedOffsets()); // the last chance before it leaves the group
      await heartbeat();
      await this.pace.pause();
    }
  }

  /** Pauses the partition, because waiting inside `eachBatch` would block every partition of that broker. */
  private retryLater(consumer: Consumer, partition: PartitionId, failure: Error | undefined): void {
    if (failure instanceof PositionLost) this.member.losePosition(failure);
    const paused = [{ topic: partition.topic, partitions: [partition.partition] }];
    consumer.pause(paused);
    const attempts = Math.max(1, this.recovery.failures.attemptsOf(partitionOf(partition)));
    void delay(backoffMs(attempts, RETRY), undefined, { signal: this.member.signal })
      .then(() => consumer.resume(paused))
      .catch(() => undefined); // closed, or crashed meanwhile: the next consumer starts unpaused
  }
}

function messagesIn({ topic, partition, messages }: EachBatchPayload['batch']): ConsumedMessage[] {
  return messages.map(({ offset, timestamp, key, value, headers = {} }) => {
    return { topic, partition, offset, timestamp, key, value, headers };
  });
}
