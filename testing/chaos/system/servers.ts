import path from 'node:path';
import { newClusterId, startKafka } from '../../../tools/stack/kafka.mjs';
import { startPostgres } from '../../../tools/stack/postgres.mjs';
import { Disk } from './disk.ts';
import { freePort } from '../../../tools/stack/ports.mjs';
import { Proxy } from './proxy.ts';
import { Server } from './server.ts';

export interface Place {
  dataDir: string;
  logs: string;
  clients: string[];
  hasDisks: boolean;
}

/**
 * Brokers with two listeners each: one for the services, behind a proxy, and one for the harness. The first has a disk of
 * its own where there are disks.
 * @returns addresses for the harness and the services
 */
export async function prepareBrokers({
  dataDir,
  logs,
  clients,
  hasDisks,
  count,
}: Place & { count: number }): Promise<{ brokers: Server[]; direct: string[]; proxied: string[] }> {
  const ports = await Promise.all(Array.from({ length: count }, preparePorts));
  const controllerPorts = ports.map(({ controller }) => controller);
  const id = newClusterId();
  const brokers = ports.map(({ direct, behind, front }, index) => {
    const nodeId = index + 1;
    const folder = path.join(dataDir, `kafka-${nodeId}`);
    const options = {
      dataDir: folder,
      logFile: path.join(logs, `kafka-${nodeId}.log`),
      port: direct,
      behindProxy: { port: behind, advertisedPort: front },
      cluster: { id, nodeId, controllerPorts },
      heapMb: count > 1 ? 320 : 512,
      isShortLived: true,
    };
    const proxy = new Proxy({ port: front, targetPort: behind, clients });
    const disk = hasDisks && index === 0 ? new Disk(folder) : undefined;
    return new Server(`broker ${nodeId}`, () => startKafka(options), proxy, disk);
  });
  return {
    brokers,
    direct: ports.map(({ direct }) => `127.0.0.1:${direct}`),
    proxied: ports.map(({ front }) => `127.0.0.1:${front}`),
  };
}

async function preparePorts() {
  return {
    direct: await freePort(),
    behind: await freePort(),
    front: await freePort(),
    controller: await freePort(),
  };
}

export async function preparePostgres({
  dataDir,
  logs,
  clients,
  hasDisks,
  databases,
}: Place & { databases: string[] }): Promise<{
  postgres: Server;
  direct: (database: string) => string;
  proxied: (database: string) => string;
}> {
  const [port, front] = [await freePort(), await freePort()];
  const folder = path.join(dataDir, 'postgres');
  const options = {
    dataDir: path.join(folder, 'cluster'),
    logFile: path.join(logs, 'postgres.log'),
    port,
    databases,
    survivesPowerLoss: false,
  };
  const urlAt = (at: number) => (database: string) => `postgres://orderflow:orderflow@127.0.0.1:${at}/${database}`;
  const proxy = new Proxy({ port: front, targetPort: port, clients });
  return {
    postgres: new Server('Postgres', () => startPostgres(options), proxy, hasDisks ? new Disk(folder) : undefined),
    direct: urlAt(port),
    proxied: urlAt(front),
  };
}
