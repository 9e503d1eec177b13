import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs, { type Kafka, type KafkaConfig } from 'kafkajs';
import { parse } from 'yaml';
import { producerOf, withAdmin } from '../../../testing/kafka/connect.ts';
import { ensureKafkaJars } from '../../../tools/stack/kafka-jars.mjs';
import { freePort } from '../../../tools/stack/ports.mjs';
import { startGroup } from '../../../tools/stack/process-group.mjs';
import { temporaryFolder } from '../../../tools/stack/temporary-folder.mjs';

type Environment = Record<string, string>;
interface Service {
  readonly environment?: Environment;
  readonly command?: readonly string[];
}

const START_MS = 180_000;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);
const folder = temporaryFolder();
const secrets = join(folder, 'secrets');

const read = (file: string) =>
  (parse(readFileSync(join(ROOT, file), 'utf8'), { merge: true }) as { services: Record<string, Service> }).services;
const light = read('compose.light.yml');
const secure = read('compose.security.yml');

/** The compose files' addresses and folders, and those that stand for them here. */
let here: [there: string, here: string][];
const translate = (text: string, name: string) =>
  [['/secrets', join(secrets, name)] as const, ...here].reduce(
    (result, [from, to]) => result.replaceAll(from, to),
    text,
  );
const environmentOf = (name: string): Environment =>
  Object.fromEntries(
    Object.entries({ ...light[name]?.environment, ...secure[name]?.environment }).map(([key, value]) => [
      key,
      translate(String(value), PART[name] ?? name),
    ]),
  );

/** Whose secrets a job has, where not its own. */
const PART: Record<string, string> = { 'kafka-acls': 'admin' };

/** As the image does: `KAFKA_A_B___C` becomes `a.b-c`. What is no property of the broker is left alone by it. */
const toProperty = ([name, value]: [string, string]) =>
  `${name.slice('KAFKA_'.length).toLowerCase().replaceAll('___', '-').replaceAll('_', '.')}=${value}\n`;

let broker: ReturnType<typeof startGroup>;

/** What `docker compose -f compose.secure.yml up` does, with the compose files' own settings and scripts. */
beforeAll(async () => {
  const [internal, host, ofBroker, controller] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  here = [
    ['INTERNAL://:29092', `INTERNAL://127.0.0.1:${internal}`],
    ['HOST://:9092', `HOST://127.0.0.1:${host}`],
    ['BROKER://:29093', `BROKER://127.0.0.1:${ofBroker}`],
    ['kafka:29092', `localhost:${internal}`],
    ['localhost:${KAFKA_PORT:-9092}', `localhost:${host}`],
    ['kafka:29093', `localhost:${ofBroker}`],
    ['localhost:9093', `localhost:${controller}`],
    ['/var/lib/kafka/data', join(folder, 'data')],
    ['/deploy', join(folder, 'deploy')],
  ];
  await run('node', ['deploy/secrets.mjs', secrets], { cwd: ROOT });
  await startBroker();
  await setPasswords();
  const [node = '', ...args] = secure['kafka-acls']?.command ?? [];
  await run(node, args, { cwd: ROOT, env: { ...process.env, ...environmentOf('kafka-acls') } });
}, START_MS);
afterAll(() => broker.stop());

async function startBroker(): Promise<void> {
  const { CLUSTER_ID, KAFKA_HEAP_OPTS: _, ...settings } = environmentOf('kafka');
  const file = join(folder, 'server.properties');
  const ofBroker = Object.entries(settings).filter(([name]) => name.startsWith('KAFKA_'));
  writeFileSync(file, ofBroker.map(toProperty).join(''));
  const java = ['-XX:TieredStopAtLevel=1', '-Xmx256m', '-cp', `${await ensureKafkaJars()}/*`];
  await run('java', [...java, 'kafka.tools.StorageTool', 'format', `--cluster-id=${CLUSTER_ID}`, `--config=${file}`]);
  const output = { file: join(folder, 'kafka.log') };
  broker = startGroup('java', [...java, 'kafka.Kafka', file], { name: 'kafka', output });
}

/** The script itself; the tool that it calls comes from the jars. */
async function setPasswords(): Promise<void> {
  const [bin, deploy] = [join(folder, 'bin'), join(folder, 'deploy')];
  for (const path of [bin, deploy]) mkdirSync(path);
  const tool = `exec java -cp '${await ensureKafkaJars()}/*' kafka.admin.ConfigCommand "$@"`;
  writeFileSync(join(bin, 'kafka-configs.sh'), `#!/bin/sh\n${tool}\n`, { mode: 0o755 });
  const properties = readFileSync(join(ROOT, 'deploy/kafka/broker.properties'), 'utf8');
  writeFileSync(join(deploy, 'broker.properties'), translate(properties, 'kafka-users'));
  const [bash = '', , ...args] = secure['kafka-users']?.command ?? [];
  await run(bash, ['deploy/kafka/set-passwords.sh', ...args.map((argument) => translate(argument, 'kafka-users'))], {
    cwd: ROOT,
    env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
  });
}

const ofFolder = (name: string, file: string) => readFileSync(join(secrets, name, file), 'utf8');

const client = (config: KafkaConfig): Kafka =>
  new kafkajs.Kafka({ ...config, retry: { retries: 2 }, logLevel: kafkajs.logLevel.NOTHING });

/** By what a service is told in its environment. */
function service(name: string, password = ofFolder(name, 'password')): Kafka {
  const { KAFKA_BROKERS, KAFKA_SSL_CA_FILE, KAFKA_SASL_USERNAME, ...told } = environmentOf(name);
  expect(told).toMatchObject({
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_SASL_PASSWORD_FILE: join(secrets, name, 'password'),
  });
  return client({
    brokers: [KAFKA_BROKERS ?? ''],
    ssl: { ca: readFileSync(KAFKA_SSL_CA_FILE ?? '', 'utf8') },
    sasl: { mechanism: 'scram-sha-512', username: KAFKA_SASL_USERNAME ?? '', password },
  });
}

/** By the certificate that a companion is told of, whatever its variables are called. */
function companion(name: string): Kafka {
  const told = Object.values(environmentOf(name));
  const [certificate, ca] = ['client.pem', 'ca.pem'].map((file) => join(secrets, name, file)) as [string, string];
  expect(told).toEqual(expect.arrayContaining(['SSL', certificate, ca]));
  const pair = readFileSync(certificate, 'utf8');
  return client({ brokers: [brokerOf(name)], ssl: { ca: readFileSync(ca, 'utf8'), cert: pair, key: pair } });
}

const brokerOf = (name: string) =>
  Object.values(environmentOf(name)).find((value) => /^localhost:\d+$/.test(value)) ?? '';

async function publish(kafka: Kafka, topic: string): Promise<void> {
  const producer = producerOf(kafka);
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: [{ value: 'something' }] }).finally(() => producer.disconnect());
}

const makeTopic = (kafka: Kafka, topic: string) =>
  withAdmin(kafka, (admin) => admin.createTopics({ topics: [{ topic }], waitForLeaders: true }));

describe('compose.secure.yml', () => {
  it('lets a service make its topics and publish to them, and to no other', async () => {
    const [orders, inventory] = [service('order-service'), service('inventory-service')];
    await makeTopic(orders, 'order-events');
    await makeTopic(inventory, 'inventory-events');
    await publish(orders, 'order-events');
    await expect(publish(orders, 'inventory-events')).rejects.toThrow(/not authorized/i);
  });

  it('lets kafka-ui look at everything and change nothing', async () => {
    const ui = companion('kafka-ui');
    expect(await withAdmin(ui, (admin) => admin.listTopics())).toContain('order-events');
    expect(await withAdmin(ui, (admin) => admin.fetchTopicOffsets('order-events'))).not.toEqual([]);
    await expect(publish(ui, 'order-events')).rejects.toThrow(/authoriz/i);
    await expect(makeTopic(ui, 'something')).rejects.toThrow();
  });

  it('lets the schema registry keep its schemas, and see no event', async () => {
    const registry = companion('schema-registry');
    await makeTopic(registry, 'kafkasql-journal');
    await publish(registry, 'kafkasql-journal');
    await expect(publish(registry, 'order-events')).rejects.toThrow(/not authorized/i);
    expect(await withAdmin(registry, (admin) => admin.listTopics())).toEqual(['kafkasql-journal']);
  });

  it('lets nobody in with another password, or without a certificate where one is wanted', async () => {
    const look = (kafka: Kafka) => withAdmin(kafka, (admin) => admin.listTopics());
    await expect(look(service('order-service', 'wrong'))).rejects.toThrow(/authentication failed/i);
    const ssl = { ca: ofFolder('kafka-ui', 'ca.pem') };
    await expect(look(client({ brokers: [brokerOf('kafka-ui')], ssl }))).rejects.toThrow(/certificate|closed/i);
    const ofServer = ofFolder('postgres', 'postgres.pem');
    const posing = client({ brokers: [brokerOf('kafka-ui')], ssl: { ...ssl, cert: ofServer, key: ofServer } });
    await expect(look(posing)).rejects.toThrow(/certificate|closed/i);
  });
});
