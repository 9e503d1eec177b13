import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
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
import { IDEMPOTENCY_MIGRATIONS, IdempotencyModule } from '@orderflow/idempotency';
import { HealthModule, MetricsModule } from '@orderflow/observability';
import { Database, DatabaseModule } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { IsInt } from 'class-validator';
import { PARKING } from '../test/consumer.js';
import {
  BatchContext,
  type CloudEvent,
  connectConsumer,
  handles,
  MESSAGING_MIGRATIONS,
  MessagingModule,
  Outbox,
} from './index.js';
import { eventually, readTopic, testKafkaOptions, uniqueName } from './testing/test-kafka.js';

class ParcelWeighed {
  static readonly type = 'PARCEL_WEIGHED';

  @IsInt()
  grams!: number;
}

const topic = uniqueName('parcel-events');
const group = uniqueName('scales');

@Injectable()
class Hooks implements OnModuleInit, OnApplicationBootstrap {
  readonly called: string[] = [];

  onModuleInit(): void {
    this.called.push('init');
  }

  onApplicationBootstrap(): void {
    this.called.push('bootstrap');
  }
}

class TooLight extends Error {
  override readonly name = 'TooLight';
}

@Controller()
class ParcelConsumer {
  @EventPattern<string>(topic, handles(ParcelWeighed))
  async weigh(@Payload() events: readonly CloudEvent<ParcelWeighed>[], @Ctx() context: BatchContext): Promise<void> {
    if (events.some(({ data }) => data.grams < 0)) throw new TooLight('nothing weighs less than nothing');
    const grams = events.map(({ data }) => data.grams);
    await context.getTransaction().query('INSERT INTO weights SELECT * FROM unnest($1::int[])', [grams]);
  }
}

const MIGRATIONS = [...MESSAGING_MIGRATIONS, IDEMPOTENCY_MIGRATIONS];

let test: TestDatabase;
let app: INestApplication;

beforeAll(async () => {
  test = await createTestDatabase(MIGRATIONS);
  await test.database.query('CREATE TABLE weights (grams integer)');
});
afterEach(() => app.close());
afterAll(() => test.drop());

async function start(): Promise<void> {
  const topicSettings = { partitions: 1, replicationFactor: 1, retentionMs: 3_600_000 };
  const testing = await Test.createTestingModule({
    imports: [
      HealthModule,
      MetricsModule,
      DatabaseModule.forRoot({ url: test.url, poolSize: 5, applicationName: group, migrations: MIGRATIONS }),
      IdempotencyModule,
      MessagingModule.forRoot({
        kafka: testKafkaOptions(),
        publishing: { publishes: [{ name: topic, types: [ParcelWeighed], schemas: new Map() }] },
        outbox: { source: '/scales', topicRetentionMs: 3_600_000, maxWaiting: 1_000 },
        consuming: { consumerGroup: group, server: { topicSettings }, parking: PARKING },
      }),
    ],
    controllers: [ParcelConsumer],
    providers: [Hooks],
  }).compile();
  app = testing.createNestApplication(new FastifyAdapter(), { logger: false });
  const consumer = connectConsumer(app);
  await app.startAllMicroservices();
  await app.init();
  await app.get(Database).whenReady();
  await consumer.whenJoined();
}

const weights = async () =>
  (await test.database.query<{ grams: number }>('SELECT grams FROM weights ORDER BY grams')).map(({ grams }) => grams);
const publish = (...grams: number[]) =>
  app.get(Database).transaction((tx) =>
    app.get(Outbox).add(
      tx,
      grams.map((each) => ({ topic, key: String(each), type: ParcelWeighed.type, data: { grams: each } })),
    ),
  );

describe('MessagingModule in a service of another domain', () => {
  it('publishes events and passes them to handlers; an event that fails is parked and becomes a dead letter', async () => {
    await start();
    expect(app.get(Hooks).called).toEqual(['init', 'bootstrap']); // once, though the consumer is a microservice of the app
    await publish(250, -1, 500);
    await eventually(async () => (await weights()).length === 2, 'the good ones have their effect');
    expect(await weights()).toEqual([250, 500]);
    const parked = () => test.database.query('SELECT error_code, status FROM parked_messages');
    await eventually(async () => (await parked())[0]?.['status'] === 'OPEN', 'the bad one has used up its attempts');
    expect(await parked()).toEqual([{ error_code: 'TOO_LIGHT', status: 'OPEN' }]);
    const [copy] = await readTopic(`${topic}.${group}.dead-letter`, 1);
    expect(copy?.value?.toString()).toBe('{"grams":-1}');
    await nextTurn();
    expect(await test.database.query('SELECT FROM outbox')).toEqual([]);
  });
});
