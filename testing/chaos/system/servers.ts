import path from 'node:path';
import type { Secrets } from '../../../deploy/secrets.mjs';
import { newClusterId, startKafka } from '../../../tools/stack/kafka.mjs';
import { startPostgres } from '../../../tools/stack/postgres.mjs';
import { databaseVariables } from '../../../tools/stack/secure-postgres.mjs';
import { SUPERUSER } from '../../../deploy/postgres/roles.mjs';
import { Disk } from './disk.ts';
import { freePort } from '../../../tools/stack/ports.mjs';
import { present } from '../../load/present.ts';
import { Proxy, type Route } from './proxy.ts';
import { Server } from './server.ts';

export interface Place {
  dataDir: string;
  logs: string;
  clients: string[];
  hasDisks: boolean;
  /** of secured servers */
  security?: Secrets;
}

/**
 * Brokers with a listener for each client, behind a proxy, and one for the harness. The first has a disk of its own where
 * there are disks.
 * @returns addresses for the harness and each client
 */
export async function prepareBrokers({
  dataDir,
  logs,
  clients,
  hasDisks,
  security,
  count,
}: Place & { count: number }): Promise<{ brokers: Server[]; direct: string[]; proxied: (client: string) => string[] }> {
  const ports = await Promise.all(Array.from({ length: count }, () => preparePorts(clients)));
  const controllerPorts = ports.map(({ controller }) => controller);
  const id = newClusterId();
  const brokers = ports.map(({ direct, routes }, index) => {
    const nodeId = index + 1;
    const folder = path.join(dataDir, `kafka-${nodeId}`);
    const options = {
      dataDir: folder,
      logFile: path.join(logs, `kafka-${nodeId}.log`),
      port: direct,
      behindProxies: routes.map(({ client, port, targetPort }) => ({
        name: client.toUpperCase(),
        port: targetPort,
        advertisedPort: port,
      })),
      cluster: { id, nodeId, controllerPorts },
      security,
      heapMb: count > 1 ? 320 : 512,
      isShortLived: true,
    };
    const disk = hasDisks && index === 0 ? new Disk(folder) : undefined;
    return new Server(`broker ${nodeId}`, () => startKafka(options), new Proxy(routes), disk);
  });
  return {
    brokers,
    direct: ports.map(({ direct }) => `127.0.0.1:${direct}`),
    proxied: (client) => ports.map(({ routes }) => `127.0.0.1:${portOf(client, routes)}`),
  };
}

async function preparePorts(clients: string[]) {
  const routes = await routesTo(freePort, clients);
  return { direct: await freePort(), controller: await freePort(), routes };
}

/** @param target chooses the port of the server that a client is brought to */
const routesTo = (target: () => Promise<number>, clients: string[]): Promise<Route[]> =>
  Promise.all(clients.map(async (client) => ({ client, port: await freePort(), targetPort: await target() })));

const portOf = (client: string, routes: Route[]) =>
  present(
    routes.find((route) => route.client === client),
    client,
  ).port;

/** @returns addresses of databases for the harness, a superuser, and what the services need to know */
export async function preparePostgres({
  dataDir,
  logs,
  clients,
  hasDisks,
  security,
  databases,
}: Place & { databases: string[] }): Promise<{
  postgres: Server;
  direct: (database: string) => string;
  variables: (service: string, client: string) => Record<string, string>;
}> {
  const port = await freePort();
  const routes = await routesTo(async () => port, clients);
  const folder = path.join(dataDir, 'postgres');
  const options = {
    dataDir: path.join(folder, 'cluster'),
    logFile: path.join(logs, 'postgres.log'),
    port,
    databases,
    security,
    survivesPowerLoss: false,
  };
  const password = security?.password(SUPERUSER) ?? 'orderflow';
  const tls = security ? `?sslmode=verify-full&sslrootcert=${encodeURIComponent(security.caFile)}` : '';
  const urlAt = (at: number, database: string) =>
    `postgres://${SUPERUSER}:${password}@127.0.0.1:${at}/${database}${tls}`;
  const disk = hasDisks ? new Disk(folder) : undefined;
  return {
    postgres: new Server('Postgres', () => startPostgres(options), new Proxy(routes), disk),
    direct: (database) => urlAt(port, database),
    variables: (service, client) => {
      const at = portOf(client, routes);
      return security
        ? databaseVariables(security, at, service)
        : { DATABASE_URL: urlAt(at, service.replace('-', '_')) };
    },
  };
}
