import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { services } from '../../../tools/stack/environment.mjs';
import { Failure } from '../../../tools/stack/failure.mjs';
import { securityVariables } from '../../../tools/stack/kafka-security.mjs';
import { root } from '../../../tools/stack/paths.mjs';
import { allowServices, secretsIn } from '../../../tools/stack/secure-kafka.mjs';
import { Issuer } from '../access/issuer.ts';
import { Log } from './log.ts';
import { freePort } from '../../../tools/stack/ports.mjs';
import { Replica } from './replica.ts';
import { prepareBrokers, preparePostgres } from './servers.ts';
import type { Server } from './server.ts';
import type { Secrets } from '../../../deploy/secrets.mjs';

/** Small enough that retries run out, and orders that nobody fulfils expire, within a run of a minute. */
const SHORT_TIMES = { RETRY_FIRST_DELAY_MS: '200', RETRY_MAX_DELAY_MS: '3000', ORDER_EXPIRY_SECONDS: '20' };

export type ServiceName = 'order-service' | 'inventory-service' | 'notification-service';

/** The whole system as processes: replicas of each service, brokers, Postgres, and proxies between them. */
export class System {
  /** Takes data and logs. */
  folder: string;
  /** Whose built services are run. */
  workspace: string;
  replicas: Replica[];
  brokers: Server[];
  /** For the harness itself; network faults do not affect it. */
  bootstrap: string[];
  /** As whom the harness and the services prove themselves, where the servers are secured. */
  security: Secrets | undefined;
  postgres: Server;
  /** Undefined if services demand no tokens. */
  issuer: Issuer | undefined;
  log: Log;
  /** Unexpected exits of processes. */
  incidents: string[];
  urlOfDatabase: (service: string) => string;

  constructor({
    folder,
    workspace,
    replicas,
    kafka,
    database,
    security,
    issuer,
    log,
    incidents,
  }: {
    folder: string;
    workspace: string;
    replicas: Replica[];
    kafka: Awaited<ReturnType<typeof prepareBrokers>>;
    database: Awaited<ReturnType<typeof preparePostgres>>;
    security: Secrets | undefined;
    issuer: Issuer | undefined;
    log: Log;
    incidents: string[];
  }) {
    this.folder = folder;
    this.workspace = workspace;
    this.replicas = replicas;
    this.brokers = kafka.brokers;
    this.bootstrap = kafka.direct;
    this.security = security;
    this.postgres = database.postgres;
    this.issuer = issuer;
    this.log = log;
    this.incidents = incidents;
    this.urlOfDatabase = (service: string) => database.direct(service.replace('-', '_'));
  }

  /** @throws {Failure} if the folder has the data of another run, which the checks would mistake for this run's */
  static async prepare({
    folder,
    replicas: count,
    brokers,
    hasDisks,
    isSecure = false,
    workspace = root,
    notificationVariables = {},
  }: {
    /** takes data and logs */
    folder: string;
    /** of each service */
    replicas: number;
    brokers: number;
    /** whether Postgres and one broker have disks of their own, that can be full */
    hasDisks: boolean;
    /** whether services demand the tokens of an issuer, and Kafka and Postgres are those of `npm start -- --secure` */
    isSecure?: boolean;
    /** whose built services are run */
    workspace?: string;
    /** Besides those that every service gets. */
    notificationVariables?: Record<string, string>;
  }) {
    const dataDir = path.join(folder, 'data');
    if (existsSync(dataDir)) throw new Failure(`${dataDir} is of another run: give this one another --output`);
    const logs = path.join(folder, 'logs');
    for (const each of [dataDir, logs]) mkdirSync(each, { recursive: true });
    const log = new Log(logs);
    const names = services.flatMap(({ name }) => Array.from({ length: count }, (_, index) => `${name}-${index + 1}`));
    const security = isSecure ? await secretsIn(path.join(dataDir, 'security')) : undefined;
    const place = { dataDir, logs, clients: names, hasDisks, security };
    const kafka = await prepareBrokers({ ...place, count: brokers });
    const database = await preparePostgres({ ...place, databases: services.map(({ database }) => database) });
    const issuer = isSecure ? await Issuer.prepare(place) : undefined;
    const incidents: string[] = [];
    const replicas = [];
    for (const name of names) {
      const service = name.replace(/-\d+$/, '');
      replicas.push(
        new Replica({
          service,
          name,
          port: await freePort(),
          main: path.join(workspace, 'apps', service, 'dist/main.js'),
          variables: {
            ...SHORT_TIMES,
            ...issuer?.variables,
            ...(service === 'notification-service' && notificationVariables),
            ...database.variables(service, name),
            KAFKA_BROKERS: kafka.proxied(name).join(','),
            ...(security && securityVariables(security, service)),
            KAFKA_TOPIC_REPLICATION_FACTOR: String(Math.min(3, brokers)),
          },
          write: log.of(name),
          onIncident: (incident) => incidents.push(incident),
        }),
      );
    }
    return new System({ folder, workspace, replicas, kafka, database, security, issuer, log, incidents });
  }

  async start() {
    for (const server of this.servers) await server.prepare();
    await Promise.all([...this.servers, ...(this.issuer ? [this.issuer] : [])].map((server) => server.start()));
    if (this.security) await allowServices(this.bootstrap.join(','), this.security);
    for (const replica of this.replicas) replica.start();
    await this.whenReady();
  }

  get servers() {
    return [...this.brokers, this.postgres];
  }

  of(service: string) {
    return this.replicas.filter((replica) => replica.service === service);
  }

  /** @throws {Failure} if a service is not ready in time */
  async whenReady(replicas = this.replicas) {
    const ready = await Promise.all(replicas.map((replica) => replica.whenReady()));
    const missing = replicas.filter((_, index) => !ready[index]).map(({ name }) => name);
    if (missing.length > 0) throw new Failure(`not ready in time: ${missing.join(', ')}; see ${this.log.folder}`);
  }

  async stop() {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await Promise.all([...this.servers.map((server) => server.stop()), this.issuer?.stop()]);
    await this.log.close();
  }
}
