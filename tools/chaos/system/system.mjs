import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { services } from '../../stack/environment.mjs';
import { Failure } from '../../stack/failure.mjs';
import { root } from '../../stack/paths.mjs';
import { Log } from './log.mjs';
import { stablePort } from './ports.mjs';
import { Replica } from './replica.mjs';
import { prepareBrokers, preparePostgres } from './servers.mjs';

/** Small enough for a run of a minute to see the end of retries. */
const RETRIES = { RETRY_FIRST_DELAY_MS: '200', RETRY_MAX_DELAY_MS: '3000' };

/** @typedef {'order-service' | 'inventory-service' | 'notification-service'} ServiceName */

/** The whole system as processes: replicas of each service, brokers, Postgres, and proxies between them. */
export class System {
  /** @param {{ folder: string, workspace: string, replicas: Replica[], kafka: Awaited<ReturnType<typeof prepareBrokers>>, database: Awaited<ReturnType<typeof preparePostgres>>, log: Log, incidents: string[] }} parts */
  constructor({ folder, workspace, replicas, kafka, database, log, incidents }) {
    /** Takes data and logs. */
    this.folder = folder;
    /** Whose built services are run. */
    this.workspace = workspace;
    this.replicas = replicas;
    this.brokers = kafka.brokers;
    /** For the harness itself: no fault of the network touches it. */
    this.bootstrap = kafka.direct;
    this.postgres = database.postgres;
    this.log = log;
    /** Processes that did not behave as such. */
    this.incidents = incidents;
    this.urlOfDatabase = (/** @type {string} */ service) => database.direct(service.replace('-', '_'));
  }

  /**
   * @param {object} options
   * @param {string} options.folder takes data and logs
   * @param {number} options.replicas of each service
   * @param {number} options.brokers
   * @param {boolean} options.hasDisks whether Postgres and one broker have disks of their own, that can be full
   * @param {string} [options.workspace] whose built services are run
   * @throws {Failure} where the folder has the data of another run, whose orders would be taken for those of this one
   */
  static async prepare({ folder, replicas: count, brokers, hasDisks, workspace = root }) {
    const dataDir = path.join(folder, 'data');
    if (existsSync(dataDir)) throw new Failure(`${dataDir} is of another run: give this one another --output`);
    const logs = path.join(folder, 'logs');
    mkdirSync(logs, { recursive: true });
    const log = new Log(logs);
    const names = services.flatMap(({ name }) => Array.from({ length: count }, (_, index) => `${name}-${index + 1}`));
    const place = { dataDir, logs, clients: names, hasDisks };
    const kafka = await prepareBrokers({ ...place, count: brokers });
    const database = await preparePostgres({ ...place, databases: services.map(({ database }) => database) });
    /** @type {string[]} */
    const incidents = [];
    const replicas = [];
    for (const name of names) {
      const service = name.replace(/-\d+$/, '');
      replicas.push(
        new Replica({
          service,
          name,
          port: await stablePort(),
          main: path.join(workspace, 'apps', service, 'dist/main.js'),
          variables: {
            ...RETRIES,
            DATABASE_URL: database.proxied(service.replace('-', '_')),
            KAFKA_BROKERS: kafka.proxied.join(','),
            KAFKA_TOPIC_REPLICATION_FACTOR: String(Math.min(3, brokers)),
          },
          write: log.of(name),
          onIncident: (incident) => incidents.push(incident),
        }),
      );
    }
    return new System({ folder, workspace, replicas, kafka, database, log, incidents });
  }

  async start() {
    for (const server of this.servers) await server.prepare();
    await Promise.all(this.servers.map((server) => server.start()));
    for (const replica of this.replicas) replica.start();
    await this.whenReady();
  }

  get servers() {
    return [...this.brokers, this.postgres];
  }

  /** @param {string} service */
  of(service) {
    return this.replicas.filter((replica) => replica.service === service);
  }

  /** @throws {Failure} where a service is not ready in time */
  async whenReady(replicas = this.replicas) {
    const ready = await Promise.all(replicas.map((replica) => replica.whenReady()));
    const missing = replicas.filter((_, index) => !ready[index]).map(({ name }) => name);
    if (missing.length > 0) throw new Failure(`not ready in time: ${missing.join(', ')}; see ${this.log.folder}`);
  }

  async stop() {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.log.close();
  }
}
