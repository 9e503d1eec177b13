import { Injectable } from '@nestjs/common';
import { type Counter, type Gauge, type Histogram, Metrics } from '@orderflow/observability';

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const BATCH_SECONDS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics of a service's consumer: its membership, its batches and its lag. */
@Injectable()
export class ConsumerMetrics {
  private readonly size: Histogram;
  private readonly duration: Histogram<'result'>;
  private readonly lag: Gauge<'topic' | 'partition'>;
  private readonly inGroup: Gauge;
  private readonly joins: Counter;
  private readonly lost: Counter<'topic'>;

  constructor(metrics: Metrics) {
    this.size = metrics.histogram(
      { name: 'kafka_consumer_batch_messages', help: 'Messages of a batch, which are handled in one transaction' },
      BATCH_SIZES,
    );
    this.duration = metrics.histogram(
      {
        name: 'kafka_consumer_batch_duration_seconds',
        help: 'Time from reading the messages of a batch to the end of its transaction',
        labels: ['result'],
      },
      BATCH_SECONDS,
    );
    for (const result of ['committed', 'failed']) this.duration.zero({ result });
    this.lag = metrics.gauge({
      name: 'kafka_consumer_lag_messages',
      help: 'Messages of an assigned partition that can be read and are not settled, as of its last fetch; those behind an open transaction cannot be read',
      labels: ['topic', 'partition'],
    });
    this.inGroup = metrics.gauge({
      name: 'kafka_consumer_in_group',
      help: '1 while the consumer is in its group, else 0',
    });
    this.lost = metrics.counter({
      name: 'kafka_consumer_lost_messages_total',
      help: 'Messages that Kafka deleted before they were read, by retention or by hand',
      labels: ['topic'],
    });
    this.joins = metrics.counter({
      name: 'kafka_consumer_joins_total',
      help: 'Times that the consumer has joined its group, once for each rebalance',
    });
  }

  /** @param assignment the partitions that this replica has from now on, by topic; it drops the lag of all others */
  join(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.joins.inc();
    this.inGroup.set(1);
    this.lag.reset();
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) this.lag.set({ topic, partition }, 0); // until the first fetch, half a second later
    }
  }

  leave(): void {
    this.inGroup.set(0);
    this.lag.reset();
  }

  countLost(topic: string, messages: number): void {
    this.lost.inc({ topic }, messages);
  }

  /** Starts the counters of the consumed topics at 0. */
  distinguish(topics: readonly string[]): void {
    for (const topic of topics) this.lost.inc({ topic }, 0);
  }

  /** @param next the next offset to handle; the high watermark is the offset after the last message */
  progress(
    { topic, partition }: TopicPartition,
    { next, highWatermark }: Record<'next' | 'highWatermark', string>,
  ): void {
    this.lag.set({ topic, partition }, Math.max(0, Number(BigInt(highWatermark) - BigInt(next))));
  }

  /** Measures one attempt at a batch. */
  async measureBatch(messages: number, work: () => Promise<void>): Promise<void> {
    this.size.observe(messages);
    const end = this.duration.startTimer();
    try {
      await work();
      end({ result: 'committed' });
    } catch (error) {
      end({ result: 'failed' });
      throw error;
    }
  }
}
