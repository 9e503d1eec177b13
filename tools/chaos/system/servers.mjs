import path from 'node:path';
import { newClusterId, startKafka } from '../../stack/kafka.mjs';
import { startPostgres } from '../../stack/postgres.mjs';
import { stablePort } from './ports.mjs';
import { Proxy } from './proxy.mjs';
import { Server } from './server.mjs';

/** @typedef {{ dataDir: string, logs: string, clients: string[] }} Place */

/**
 * Brokers with two listeners each: one for the services, behind a proxy, and one for the harness.
 * @param {Place & { count: number }} options
 * @returns {Promise<{ brokers: Server[], direct: string[], proxied: string[] }>} addresses for the harness and the services
 */
export async function prepareBrokers({ dataDir, logs, clients, count }) {
  const ports = await Promise.all(Array.from({ length: count }, preparePorts));
  const controllerPorts = ports.map(({ controller }) => controller);
  const id = newClusterId();
  const brokers = ports.map(({ direct, behind, front }, index) => {
    const nodeId = index + 1;
    const options = {
      dataDir: path.join(dataDir, `kafka-${nodeId}`),
      logFile: path.join(logs, `kafka-${nodeId}.log`),
      port: direct,
      behindProxy: { port: behind, advertisedPort: front },
      cluster: { id, nodeId, controllerPorts },
      heapMb: count > 1 ? 320 : 512,
    };
    const proxy = new Proxy({ port: front, targetPort: behind, clients });
    return new Server(`broker ${nodeId}`, () => startKafka(options), proxy);
  });
  return {
    brokers,
    direct: ports.map(({ direct }) => `127.0.0.1:${direct}`),
    proxied: ports.map(({ front }) => `127.0.0.1:${front}`),
  };
}

async function preparePorts() {
  return {
    direct: await stablePort(),
    behind: await stablePort(),
    front: await stablePort(),
    controller: await stablePort(),
  };
}

/**
 * @param {Place & { databases: string[] }} options
 * @returns {Promise<{ postgres: Server, direct: (database: string) => string, proxied: (database: string) => string }>}
 */
export async function preparePostgres({ dataDir, logs, clients, databases }) {
  const [port, front] = [await stablePort(), await stablePort()];
  const options = {
    dataDir: path.join(dataDir, 'postgres'),
    logFile: path.join(logs, 'postgres.log'),
    port,
    databases,
    survivesPowerLoss: false,
  };
  const urlAt = (/** @type {number} */ at) => (/** @type {string} */ database) =>
    `postgres://orderflow:orderflow@127.0.0.1:${at}/${database}`;
  const proxy = new Proxy({ port: front, targetPort: port, clients });
  return {
    postgres: new Server('Postgres', () => startPostgres(options), proxy),
    direct: urlAt(port),
    proxied: urlAt(front),
  };
}
