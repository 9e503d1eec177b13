import { withTimeout } from '@orderflow/concurrency';
import { type ComponentHealth, type Counter, type Histogram, Metrics } from '@orderflow/observability';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type IHeaders, type Kafka, type Message, Partitioners, type Producer as KafkaJsProducer } from 'kafkajs';
import { sending } from '../envelope/event-spans.js';
import { explainKafkaError } from './explain-kafka-error.js';
import { createKafka, KAFKA_OPTIONS, type KafkaOptions } from './kafka.client.js';
import type { OutgoingMessage } from '../envelope/message.js';
import { SchemaIds } from './schema-registry/schema-ids.js';

const SHUTDOWN_MS = 2_000;
/** Longer than a cluster takes to fence a dead broker (`broker.session.timeout.ms`, 9 s) and continue without its copies. */
const ACKS_WITHIN_MS = 10_000;
/** For a broker that does not even respond that the send has timed out. */
const ANSWER_WITHIN_MS = 12_000;
const SEND_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PLAIN = new SchemaIds([], undefined);

/**
 * The service's one producer, with `acks: all`. Messages of one topic and key in one send keep their order. A rejected send
 * may have arrived partly or completely; the next one uses a new connection. A send without a response is rejected after
 * 12 s.
 *
 * It tries once and is not idempotent, because kafkajs 2.2.4 loses messages when it retries. It leaves out a partition whose
 * new leader has already responded for others. A send concurrent with a failed one gets the same sequence numbers, so that
 * the broker drops it as a duplicate. Both sends resolve. The caller, which still has the messages, must retry.
 *
 * Values get their schema ids here, not when they are written to the outbox (ADR 0016).
 */
@Injectable()
export class Producer implements OnApplicationShutdown {
  private readonly kafka: Kafka;
  private connected: Promise<KafkaJsProducer> | undefined;
  private unavailableReason: string | undefined;
  private readonly messages: Counter<'topic'>;
  private readonly duration: Histogram<'result'>;

  /** @param schemas if undefined, values are plain JSON */
  constructor(
    @Inject(KAFKA_OPTIONS) private readonly options: KafkaOptions,
    metrics: Metrics,
    private readonly schemas: SchemaIds = PLAIN,
  ) {
    this.kafka = createKafka(options, ANSWER_WITHIN_MS);
    this.messages = metrics.counter({
      name: 'kafka_producer_messages_total',
      help: 'Messages that Kafka has acknowledged',
      labels: ['topic'],
    });
    this.duration = metrics.histogram(
      {
        name: 'kafka_producer_send_duration_seconds',
        help: 'Time from sending messages to their acknowledgement or failure',
        labels: ['result'],
      },
      SEND_SECONDS,
    );
    for (const result of ['sent', 'failed']) this.duration.zero({ result });
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    const topicMessages = byTopic(this.schemas.encode(messages));
    const end = this.duration.startTimer();
    const connected = (this.connected ??= this.connect());
    try {
      const producer = await connected;
      await sending(messages, () => producer.sendBatch({ acks: -1, timeout: ACKS_WITHIN_MS, topicMessages }));
      this.unavailableReason = undefined;
      end({ result: 'sent' });
      for (const { topic, messages } of topicMessages) this.messages.inc({ topic }, messages.length);
    } catch (error) {
      this.unavailableReason = explainKafkaError(error, this.options);
      end({ result: 'failed' });
      if (this.connected === connected) this.connected = undefined;
      void connected.then((producer) => producer.disconnect()).catch(() => undefined);
      throw error;
    }
  }

  /** Degraded from a failed send until the next one that works; events wait in the outbox meanwhile. */
  health(): ComponentHealth {
    return this.unavailableReason
      ? { status: 'degraded', detail: `cannot publish: ${this.unavailableReason}` }
      : { status: 'up' };
  }

  async onApplicationShutdown(): Promise<void> {
    const connected = this.connected;
    this.connected = undefined;
    const gone = connected?.then((producer) => producer.disconnect()).catch(() => undefined);
    await withTimeout(SHUTDOWN_MS, gone ?? Promise.resolve());
  }

  private async connect(): Promise<KafkaJsProducer> {
    const producer = this.kafka.producer({
      retry: { retries: 0 },
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }
}

function byTopic(messages: readonly OutgoingMessage[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, key, value, headers, timestampMs } of messages) {
    const sameTopic = topics.get(topic);
    const timestamp = timestampMs === undefined ? {} : { timestamp: String(timestampMs) };
    const message = { key, value, headers: headers as IHeaders, ...timestamp }; // kafkajs's type knows no null
    if (sameTopic) sameTopic.push(message);
    else topics.set(topic, [message]);
  }
  return [...topics].map(([topic, sameTopic]) => ({ topic, messages: sameTopic }));
}
