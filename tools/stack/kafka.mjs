import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './command.mjs';
import { Failure } from './failure.mjs';
import { ensureKafkaJars } from './kafka-jars.mjs';
import { answersAsKafka } from './kafka-probe.mjs';
import { freePort, poll } from './ports.mjs';
import { describeExit, startGroup } from './process-group.mjs';

export { ensureKafkaJars };

const LOG4J = fileURLToPath(new URL('kafka/log4j2.xml', import.meta.url));
const START_TIMEOUT_MS = 60_000;

/**
 * Starts a single Kafka node (KRaft) that listens on localhost only; formats its storage the first time.
 * @param {object} options
 * @param {string} options.dataDir kept between starts; may be used by one node at a time
 * @param {number} options.port
 * @param {number} [options.heapMb]
 * @param {string} [options.logFile] appended to; `kafka.log` beside the data unless given
 * @throws {Failure} when Kafka does not answer within a minute or exits before
 */
export async function startKafka({ dataDir, port, heapMb = 512, logFile = path.join(dataDir, '../kafka.log') }) {
  const java = [`-Xmx${heapMb}m`, `-Dlog4j2.configurationFile=${LOG4J}`, '-cp', `${await ensureKafkaJars()}/*`];
  const output = { file: logFile };
  const properties = path.join(dataDir, 'server.properties');
  const logDir = path.join(dataDir, 'data');
  await mkdir(dataDir, { recursive: true });
  await writeFile(properties, serverProperties({ port, controllerPort: await freePort(), logDir }));
  if (!existsSync(path.join(logDir, 'meta.properties'))) {
    const clusterId = randomBytes(16).toString('base64url');
    const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, `--config=${properties}`];
    await run('java', [...java, ...format], { name: 'kafka format', output });
  }
  const group = startGroup('java', [...java, 'kafka.Kafka', properties], { name: 'kafka', output });
  const alive = () => group.isAlive;
  if (!(await poll(() => answersAsKafka(port), { timeoutMs: START_TIMEOUT_MS, alive }))) {
    const reason = group.isAlive ? 'does not answer' : describeExit(await group.exited);
    await group.stop();
    throw new Failure(`Kafka ${reason}: see ${logFile}`);
  }
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
 * The quorum is static: its one voter finds itself under whatever port the controller got this time.
 * @param {{ port: number, controllerPort: number, logDir: string }} options
 */
function serverProperties({ port, controllerPort, logDir }) {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@localhost:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://localhost:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logDir,
    // after a crash the node waits until its former self has timed out
    'broker.session.timeout.ms': 4_000,
    'broker.heartbeat.interval.ms': 500,
    'auto.create.topics.enable': false,
    'num.partitions': 3,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 3,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 3,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
