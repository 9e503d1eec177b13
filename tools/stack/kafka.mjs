import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run, runQuietly } from './command.mjs';
import { javaEnvironment } from './foreign-variables.mjs';
import { formatProperties } from './java-properties.mjs';
import { ensureKafkaJars } from './kafka-jars.mjs';
import { answersAsKafka } from './kafka-probe.mjs';
import { scramArguments, secureProperties, withArgumentFile } from './kafka-security.mjs';
import { freePort } from './ports.mjs';
import { startGroup } from './process-group.mjs';
import { waitUntilUp } from './wait-until-up.mjs';

export { ensureKafkaJars };

/** As a URL, which is ASCII whatever the folder is called. */
const LOG4J = new URL('kafka/log4j2.xml', import.meta.url).href;
/** Generous: it is a JVM, and the machine may be busy. */
const START_TIMEOUT_MS = 180_000;
/** Compiles less: half the CPU until it is up, and slower under load that goes on. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/**
 * @typedef {object} Cluster that a node is a part of
 * @property {string} id the same for all its nodes, see `newClusterId`
 * @property {number} nodeId from 1
 * @property {number[]} controllerPorts of all its nodes, in the order of their ids
 */

/**
 * @typedef {object} Listener that sends its clients to another port, where a proxy stands before it
 * @property {string} name
 * @property {number} port
 * @property {number} advertisedPort
 */

/** @typedef {import('../../deploy/secrets.mjs').Secrets} Secrets */

/**
 * Starts a Kafka node (KRaft, broker and controller) that listens on localhost only; formats its storage the first time.
 * @param {object} options
 * @param {string} options.dataDir kept between starts; may be used by one node at a time
 * @param {number} options.port
 * @param {Listener[]} [options.behindProxies] beside that on the port
 * @param {Cluster} [options.cluster] a node is alone unless given
 * @param {Secrets} [options.security] SASL over TLS, and ACLs; its users are made by the first start
 * @param {Record<string, string>} [options.properties] of the broker, beside what it needs
 * @param {number} [options.heapMb]
 * @param {string[]} [options.javaOptions] beside what it needs
 * @param {boolean} [options.isShortLived] up sooner, and slower under load: for tests
 * @param {string} [options.logFile] appended to; `kafka.log` beside the data unless given
 * @throws {Failure} when Kafka does not answer within three minutes or exits before
 */
export async function startKafka({
  dataDir,
  port,
  behindProxies = [],
  cluster,
  security,
  properties: further = {},
  heapMb = 512,
  javaOptions = [],
  isShortLived = false,
  logFile = path.join(dataDir, '../kafka.log'),
}) {
  const java = [`-Xmx${heapMb}m`, `-Dlog4j2.configurationFile=${LOG4J}`, '-cp', `${await ensureKafkaJars()}/*`];
  const serverJava = [...(isShortLived ? SHORT_LIVED : []), ...javaOptions, ...java];
  const output = { file: logFile };
  const env = javaEnvironment(process.env);
  const properties = path.join(dataDir, 'server.properties');
  const logDir = path.join(dataDir, 'data');
  await mkdir(dataDir, { recursive: true });
  const { id, nodeId, controllerPorts } = cluster ?? (await aloneOnce());
  const settings = serverProperties({ port, behindProxies, nodeId, controllerPorts, logDir, security, further });
  await writeFile(properties, settings, { mode: 0o600 });
  if (!existsSync(path.join(logDir, 'meta.properties'))) {
    const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${id}`, `--config=${properties}`];
    if (security) await formatWithUsers([...SHORT_LIVED, ...java, ...format], { security, env });
    else await run('java', [...SHORT_LIVED, ...java, ...format], { name: 'kafka format', output, env });
  }
  const group = startGroup('java', [...serverJava, 'kafka.Kafka', properties], { name: 'kafka', output, env });
  const probe = () => answersAsKafka(port, security);
  await waitUntilUp({ what: `Kafka on port ${port}`, group, probe, timeoutMs: START_TIMEOUT_MS, logFile });
  return {
    port,
    brokers: `localhost:${port}`,
    pid: group.pid,
    exited: group.exited,
    /** Shuts down in order; by force after a while. */
    stop: () => group.stop(),
    /** Ends it as a crash would. */
    kill: () => group.kill(),
  };
}

/**
 * What it says holds the users' salted keys: it goes to no log.
 * @param {string[]} args
 * @param {{ security: Secrets, env: NodeJS.ProcessEnv }} options
 */
const formatWithUsers = (args, { security, env }) =>
  withArgumentFile([...args, ...scramArguments(security)], (file) => runQuietly('java', [file], { env }));

export const newClusterId = () => randomBytes(16).toString('base64url');

/** The quorum is static: its one voter finds itself under whatever port the controller got this time. */
const aloneOnce = async () => ({ id: newClusterId(), nodeId: 1, controllerPorts: [await freePort()] });

/** @param {{ port: number, behindProxies: Listener[], nodeId: number, controllerPorts: number[], logDir: string, security?: Secrets, further: Record<string, string> }} options */
function serverProperties({ port, behindProxies, nodeId, controllerPorts, logDir, security, further }) {
  const clients = security ? 'SASL_SSL' : 'PLAINTEXT';
  const address = (/** @type {string} */ host, /** @type {string} */ name, /** @type {number | undefined} */ at) =>
    `${name}://${host}:${at}`;
  const listeners = [{ name: clients, port, advertisedPort: port }, ...behindProxies];
  const names = listeners.map(({ name }) => name);
  const copies = Math.min(3, controllerPorts.length);
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': nodeId,
    'controller.quorum.voters': controllerPorts.map((at, index) => `${index + 1}@localhost:${at}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': clients,
    listeners: [
      ...listeners.map((each) => address('127.0.0.1', each.name, each.port)),
      address('127.0.0.1', 'CONTROLLER', controllerPorts[nodeId - 1]),
    ].join(','),
    'advertised.listeners': listeners.map((each) => address('localhost', each.name, each.advertisedPort)).join(','),
    'listener.security.protocol.map': [
      ...names.map((name) => `${name}:${clients}`),
      `CONTROLLER:${security ? 'SSL' : 'PLAINTEXT'}`,
    ].join(','),
    ...Object.fromEntries(
      behindProxies.map(({ name }) => [`listener.name.${name.toLowerCase()}.num.network.threads`, 1]),
    ),
    'log.dirs': logDir,
    // after a crash the node waits until its former self has timed out
    'broker.session.timeout.ms': 4_000,
    'broker.heartbeat.interval.ms': 500,
    'controller.quorum.fetch.timeout.ms': 1_000,
    'controller.quorum.election.timeout.ms': 500,
    'auto.create.topics.enable': false,
    'num.partitions': 3,
    'min.insync.replicas': Math.max(1, copies - 1),
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 3,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.num.partitions': 3,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': Math.max(1, copies - 1),
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': Math.max(1, copies - 1),
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    ...(security ? secureProperties(security, names) : {}),
    ...further,
  };
  return formatProperties(properties);
}
