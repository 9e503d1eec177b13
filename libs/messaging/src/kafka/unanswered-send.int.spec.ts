import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { startKafka } from '../../../../tools/stack/kafka.mjs';
import { freePort } from '../../../../tools/stack/ports.mjs';
import { temporaryFolder } from '../../../../tools/stack/temporary-folder.mjs';
import { createKafka } from './kafka.client.js';
import { Producer } from './producer.js';
import { createTopic, eventually } from '../testing/test-kafka.js';

const TOPIC = 'topic';

let folder: string;
let kafka: Awaited<ReturnType<typeof startKafka>>;
let proxy: DeafeningProxy;

beforeEach(async () => {
  folder = temporaryFolder();
  const [port, behind, front] = [await freePort(), await freePort(), await freePort()];
  const behindProxies = [{ name: 'PROXIED', port: behind, advertisedPort: front }];
  kafka = await startKafka({ dataDir: join(folder, 'kafka'), port, behindProxies, heapMb: 256, isShortLived: true });
  proxy = new DeafeningProxy(behind);
  await proxy.listen(front);
});

afterEach(async () => {
  proxy.close();
  await kafka.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('a resolved send is in Kafka, even if the broker accepted the send before it and its response was lost', async () => {
  await createTopic(TOPIC, 1, { brokers: [kafka.brokers], clientId: 'test' });
  const admin = createKafka({ brokers: [kafka.brokers], clientId: 'test' }).admin();
  await admin.connect();
  const count = async () => Number((await admin.fetchTopicOffsets(TOPIC))[0]?.high);
  const producer = new Producer({ brokers: [`localhost:${proxy.port}`], clientId: 'test' }, new Metrics());
  await producer.send([message('first')]);

  proxy.deafen();
  const taken = producer.send([message('taken')]);
  await eventually(async () => (await count()) === 2, 'the broker has taken it');
  const beside = producer.send([message('beside')]);
  proxy.cut();

  const [first, second] = await Promise.allSettled([taken, beside]);
  const values = await readAll(await count());
  if (first.status === 'fulfilled') expect(values).toContain('taken');
  if (second.status === 'fulfilled') expect(values).toContain('beside');
  await producer.send([message('last')]);
  expect(await readAll(await count())).toEqual(expect.arrayContaining(['first', 'taken', 'last']));
  await producer.onApplicationShutdown();
  await admin.disconnect();
});

it('a send without a response is rejected well before 30 s, and the next one works', async () => {
  const producer = new Producer({ brokers: [`localhost:${proxy.port}`], clientId: 'test' }, new Metrics());
  await createTopic(TOPIC, 1, { brokers: [kafka.brokers], clientId: 'test' });
  await producer.send([message('first')]);
  proxy.deafen();
  const sent = producer.send([message('unanswered')]).catch((error: Error) => error);
  await eventually(() => producer.health().status === 'degraded', 'it is given up', 22_000);
  expect(await sent).toBeInstanceOf(Error);
  proxy.cut();
  await producer.send([message('next')]);
  expect(producer.health().status).toBe('up');
  await producer.onApplicationShutdown();
});

const message = (value: string) => ({ topic: TOPIC, key: 'k', value, headers: {} });

async function readAll(count: number): Promise<string[]> {
  const consumer = createKafka({ brokers: [kafka.brokers], clientId: 'test' }).consumer({
    groupId: `reader-${count}`,
    maxWaitTimeInMs: 100, // to disconnect, kafkajs waits for the response to its last fetch
  });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message: { value } }) => void values.push(String(value)) });
  await eventually(() => values.length >= count, `${count} messages`).finally(() => consumer.disconnect());
  return values;
}

/** Forwards all requests to the broker, but drops the responses while it is deaf. */
class DeafeningProxy {
  port = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private isDeaf = false;

  constructor(targetPort: number) {
    this.server = createServer((client) => {
      const broker = connect(targetPort, '127.0.0.1');
      for (const socket of [client, broker]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => [client, broker].forEach((each) => each.destroy()));
      }
      client.pipe(broker);
      broker.on('data', (bytes) => this.isDeaf || client.write(bytes));
    });
  }

  async listen(port: number): Promise<void> {
    this.port = port;
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  }

  deafen(): void {
    this.isDeaf = true;
  }

  /** Closes all connections; new ones get responses. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    this.isDeaf = false;
  }

  close(): void {
    this.cut();
    this.server.close();
  }
}
