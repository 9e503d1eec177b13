import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigResourceTypes } from 'kafkajs';
import {
  Counted,
  type CountedHandler,
  type CountingService,
  numbers,
  useCountingService,
} from '../../test/counting-service.js';
import { createKafka } from '../kafka/kafka.client.js';
import { committedOffsets, createTopic, eventually, produce, testKafkaOptions } from '../testing/test-kafka.js';
import type { BatchServer } from './batch-server.js';
import { handles } from './dispatch/event-dispatcher.js';

const theService = useCountingService('batches');
let service: CountingService;
let topic: string;
let groupId: string;

beforeEach(async () => {
  service = theService();
  ({ topic, groupId } = service);
});

const serve = (...options: Parameters<CountingService['serve']>) => service.serve(...options);

const message: CountingService['message'] = (...of) => service.message(...of);

/** Serves with a handler that waits until it is released. */
async function serveGated() {
  let [release, isEntered] = [() => {}, false];
  const gate = new Promise<void>((resolve) => (release = resolve));
  const server = await serve(async (events, context) => {
    isEntered = true;
    await gate;
    await service.record(events, context);
  });
  return { server, isEntered: () => isEntered, release };
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

describe('BatchServer', () => {
  it('creates a missing topic', async () => {
    await serve();
    await produce([message(1)]);
    await eventually(() => service.committed.length === 1, 'the event handled');
  });

  it('handles messages that were published before it joined', async () => {
    await createTopic(topic);
    await produce(numbers(5).map((n) => message(n)));
    await serve();
    await eventually(() => service.committed.length === 5, 'five events handled');
    expect(sorted(service.committed)).toEqual(numbers(5));
  });

  it('handles all partitions as one transaction, and more at a time under load', async () => {
    await createTopic(topic);
    await produce(numbers(60).map((n) => message(n)));
    await serve();
    await eventually(() => service.committed.length === 60, 'sixty events handled');
    expect(service.batches.length).toBeLessThan(10);
  });

  it('commits offsets only after the transaction, under exactly the group that is configured', async () => {
    await createTopic(topic, 1);
    const { isEntered, release } = await serveGated();
    await produce([message(1)]);
    await eventually(isEntered, 'the handler is entered');
    expect(await committedOffsets(groupId, topic)).toEqual([-1]);
    release();
    await eventually(async () => (await committedOffsets(groupId, topic))[0] === 1, 'the offset is committed');
    expect(service.committed).toEqual([1]);
  });

  it('commits the offsets of the batch in hand when it closes', async () => {
    await createTopic(topic, 1);
    const { server, isEntered, release } = await serveGated();
    await produce([message(1)]);
    await eventually(isEntered, 'the handler is entered');
    const closed = server.close();
    release();
    await closed;
    expect(service.committed).toEqual([1]);
    expect(await committedOffsets(groupId, topic)).toEqual([1]);
  });

  it('parks only the poison message of a failing batch, and continues with the rest', async () => {
    await createTopic(topic, 1);
    await serve(
      async (events, context) => {
        if (events.some(({ data }) => data.n === 13)) throw new Error('thirteen');
        await service.record(events, context);
      },
      { partitions: 1 },
    );
    await produce([1, 13, 14, 15].map((n) => message(n)));
    await eventually(() => service.committed.length === 3, 'the others are handled');
    expect(service.committed).toEqual([1, 14, 15]);
    expect(await service.parked()).toEqual([{ partition: 0, offset: 1, code: 'ERROR', message: 'thirteen' }]);
    await eventually(async () => (await committedOffsets(groupId, topic))[0] === 4, 'the offset moves on');
  });

  it('never moves the offset past an event that cannot be parked, and lets the other partitions continue', async () => {
    await createTopic(topic, 2);
    let broken = true;
    service.parking.maxParked = 0;
    const server = await serve(
      async (events, context) => {
        if (broken && events.some(({ data }) => data.n === 13)) throw new Error('thirteen');
        await service.record(events, context);
      },
      { partitions: 2 },
    );
    await produce([
      { ...message(1), partition: 0 },
      { ...message(13), partition: 0 },
      { ...message(14), partition: 0 },
      { ...message(2), partition: 1 },
    ]);
    await eventually(
      () => server.health().detail?.includes('0 messages are parked already') === true,
      'health names the failure',
    );
    await eventually(() => service.committed.includes(2), 'the other partition goes on');
    expect(sorted(service.committed)).toEqual([1, 2]);
    await eventually(
      async () => (await committedOffsets(groupId, topic))[0] === 1,
      'the offset stands at the poison message',
    );
    broken = false;
    await eventually(() => service.committed.length === 4, 'all is handled after the repair');
    expect(service.committed.filter((n) => n !== 2)).toEqual([1, 13, 14]);
    await eventually(() => server.health().status === 'up', 'health is up again');
  });

  it('no longer reports a stuck partition that another replica has taken over', async () => {
    await createTopic(topic, 2);
    const broken = new Set([10, 11]);
    service.parking.maxParked = 0;
    const handler: CountedHandler = async (events, context) => {
      const poison = events.find(({ data }) => broken.has(data.n));
      if (poison) throw new Error(`it is ${poison.data.n}`);
      await service.record(events, context);
    };
    const stuckOf = (server: BatchServer) =>
      [0, 1].filter((partition) => server.health().detail?.includes(`${topic}[${partition}] is stuck`));
    const first = await serve(handler, { partitions: 2 });
    await produce([0, 1].map((partition) => ({ ...message(10 + partition), partition })));
    await eventually(() => stuckOf(first).length === 2, 'both partitions are stuck');
    const second = await serve(handler, { partitions: 2 });
    await eventually(() => stuckOf(second).length === 1, 'the second replica has one of them');
    const [taken] = stuckOf(second) as [number];
    broken.delete(10 + (1 - taken)); // the partition that the first replica kept is repaired
    await eventually(() => first.health().status === 'up', 'the first one has nothing to say');
    expect(stuckOf(second)).toEqual([taken]);
  });

  it('waits while the database is unavailable, and continues where it was', async () => {
    await createTopic(topic, 1);
    const server = await serve();
    await service.loseDatabase();
    await produce(numbers(3).map((n) => message(n)));
    await eventually(() => server.health().detail?.includes('is stuck') === true, 'health says what is missing');
    expect(service.committed).toEqual([]);
    await service.restoreDatabase();
    await eventually(() => service.committed.length === 3, 'all is handled when they are back');
    expect(service.committed).toEqual([0, 1, 2]);
  });

  it('is not live while a handler is stuck, and is live again when the handler continues', async () => {
    await createTopic(topic, 1);
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const server = await serve(() => gate, { silenceMs: 1_500 });
    expect(server.liveness().status).toBe('up');
    await produce([message(1)]);
    await eventually(() => server.liveness().status === 'down', 'it is noticed');
    release();
    await eventually(() => server.liveness().status === 'up', 'it is live again');
  });

  it('stays live while the database is unavailable', async () => {
    await createTopic(topic, 1);
    const server = await serve(service.record, { silenceMs: 1_500 });
    await service.loseDatabase();
    await produce([message(1)]);
    const until = Date.now() + 3_000;
    await eventually(() => {
      expect(server.liveness().status).toBe('up');
      return Date.now() > until;
    }, 'three seconds have passed');
  });

  it('skips and counts types without a handler, and does not decode their data', async () => {
    await createTopic(topic, 1);
    const server = await serve();
    await produce([{ ...message(1, { type: 'UNHEARD_OF' }), value: 'not even JSON' }, message(2)]);
    await eventually(() => service.committed.length === 1, 'the known event is handled');
    expect(service.committed).toEqual([2]);
    expect(server.health().facts).toEqual({ skipped: { [`${topic} UNHEARD_OF`]: 1 } });
  });

  it('reports a topic with fewer partitions than configured, and does not change it', async () => {
    await createTopic(topic, 1);
    const server = await serve(service.record, { partitions: 4 });
    expect(server.health()).toMatchObject({ status: 'degraded' });
    expect(server.health().detail).toContain('1 partitions, 4 are configured');
  });

  it('creates topics without a size limit that keep the producer’s compression and tolerate the loss of a copy', async () => {
    await serve();
    const admin = createKafka(testKafkaOptions()).admin();
    await admin.connect();
    const names = ['retention.ms', 'retention.bytes', 'compression.type', 'min.insync.replicas'];
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: names }],
    });
    await admin.disconnect();
    const entries = resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]) ?? [];
    expect(Object.fromEntries(entries)).toEqual({
      'retention.ms': '3600000',
      'retention.bytes': '-1',
      'compression.type': 'producer',
      'min.insync.replicas': '1', // with one copy; with three it would be two
    });
  });

  it('hands its partitions to another replica when it closes; no message is lost or handled twice', async () => {
    await createTopic(topic);
    const first = await serve();
    await serve();
    await produce(numbers(30).map((n) => message(n)));
    await eventually(() => service.committed.length >= 10, 'some are handled');
    await first.close();
    await produce(numbers(30).map((n) => message(n + 30)));
    await eventually(() => service.committed.length >= 60, 'all are handled');
    expect(sorted(service.committed)).toEqual(numbers(60));
  });
});

describe('BatchServer.listen', () => {
  it('rejects two handlers of one topic', async () => {
    const { server } = await service.createServer();
    server.addHandler(topic, service.record, true, handles(Counted));
    await expect(server.listen(() => undefined)).rejects.toThrow('two handlers');
  });
});
