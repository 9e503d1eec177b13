import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  type INestApplication,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { MetricsModule } from '@orderflow/observability';
import { IsInt } from 'class-validator';
import type { BatchContext } from './batch.context.js';
import { type CloudEvent, encodeCloudEvent } from '../envelope/cloud-event.js';
import { consumeBatches } from './consume-batches.js';
import { ConsumerMetrics } from './consumer.metrics.js';
import { handles } from './event-dispatcher.js';
import { KafkaModule } from '../kafka/kafka.module.js';
import { eventually, produce, testKafkaOptions, uniqueName } from '../testing/test-kafka.js';

class Counted {
  static readonly type = 'COUNTED';

  @IsInt()
  n!: number;
}

class Refusal extends Error {}

const topic = uniqueName('nest');

@Injectable()
class Sum implements OnModuleInit, OnApplicationBootstrap {
  total = 0;
  hooks: string[] = [];

  onModuleInit(): void {
    this.hooks.push('init');
  }

  onApplicationBootstrap(): void {
    this.hooks.push('bootstrap');
  }
}

@Controller()
class CountedConsumer {
  constructor(private readonly sum: Sum) {}

  @EventPattern<string>(topic, handles(Counted))
  async handle(@Payload() events: readonly CloudEvent<Counted>[], @Ctx() context: BatchContext<string>): Promise<void> {
    if (events.some(({ data }) => data.n < 0)) throw new Refusal('negative');
    expect(context.getTransaction()).toBe('the transaction');
    for (const { data } of events) this.sum.total += data.n;
  }
}

let app: INestApplication;
afterEach(() => app.close());

describe('a plain @EventPattern handler behind consumeBatches', () => {
  it('gets batches of decoded events with the transaction, and its errors arrive as they were thrown', async () => {
    const errors: unknown[] = [];
    const testing = await Test.createTestingModule({
      imports: [MetricsModule, KafkaModule.forRoot(testKafkaOptions(), { publishes: [] })],
      controllers: [CountedConsumer],
      providers: [ConsumerMetrics, Sum],
    }).compile();
    app = testing.createNestApplication(new FastifyAdapter(), { logger: false });
    const consumer = consumeBatches(app, {
      kafka: testKafkaOptions(),
      groupId: uniqueName('group'),
      topicSettings: { partitions: 1, replicationFactor: 1, retentionMs: 3_600_000 },
      unitOfWork: {
        run: ({ messages, dispatch }) =>
          dispatch(
            'the transaction',
            messages.flatMap((read) => (read.event ? read : [])),
          ),
        setAside: async (_, error) => void errors.push(error),
        isOwnFault: () => true,
        isContention: () => false,
        positions: async () => new Map(),
      },
    });
    await app.startAllMicroservices();
    await app.init();
    expect(app.get(Sum).hooks).toEqual(['init', 'bootstrap']);
    await consumer.whenJoined();
    await produce([message(1), message(2), message(-1)]);
    await eventually(() => app.get(Sum).total === 3, 'the good events are handled');
    await eventually(() => errors.length > 0, 'the bad one fails');
    expect(errors[0]).toBeInstanceOf(Refusal);
  });
});

function message(n: number) {
  const event = {
    id: `id-${n}`,
    source: '/test',
    type: 'COUNTED',
    subject: 'k',
    time: new Date().toISOString(),
    data: { n },
  };
  return encodeCloudEvent(event, { topic, key: 'k' });
}
