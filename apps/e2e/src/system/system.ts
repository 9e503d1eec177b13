import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServiceName, topology } from '@orderflow/events';
import type { Secrets } from '../../../../deploy/secrets.mjs';
import { startKafka } from '../../../../tools/stack/kafka.mjs';
import { freePort } from '../../../../tools/stack/ports.mjs';
import { startPostgres } from '../../../../tools/stack/postgres.mjs';
import { type ProcessGroup, startGroup } from '../../../../tools/stack/process-group.mjs';
import { temporaryFolder } from '../../../../tools/stack/temporary-folder.mjs';
import { SERVICE_MEMORY } from '../../../../tools/stack/service-memory.mjs';
import { eventually } from './eventually.js';

export type { ServiceName };
export const SERVICES: readonly ServiceName[] = topology.map(({ name }) => name);

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const NODE = join(ROOT, 'node_modules/.bin/node');

interface Ports {
  readonly kafka: number;
  readonly postgres: number;
  readonly services: Readonly<Record<ServiceName, number>>;
}

type Exit = Awaited<ProcessGroup['exited']>;
type Server = Pick<Awaited<ReturnType<typeof startKafka>>, 'stop' | 'kill' | 'exited'>;

/** The whole system as processes, on free ports, with a Kafka and a Postgres of its own. */
export class System {
  /** Every line that the services have written. */
  readonly lines: string[] = [];
  private readonly webhookKey = randomBytes(32).toString('base64');
  private readonly processes = new Map<ServiceName, ProcessGroup>();
  private kafka: Server | undefined;
  private postgres: Server | undefined;

  private constructor(
    private readonly folder: string,
    private readonly ports: Ports,
  ) {}

  /** Chooses the ports; nothing runs yet. */
  static async prepare(): Promise<System> {
    const services = {} as Record<ServiceName, number>;
    for (const name of SERVICES) services[name] = await freePort();
    return new System(temporaryFolder(), { kafka: await freePort(), postgres: await freePort(), services });
  }

  /** Starts everything, and waits until it is ready. */
  static async start(): Promise<System> {
    const system = await System.prepare();
    await Promise.all([system.startKafka(), system.startPostgres()]);
    for (const name of SERVICES) system.startService(name);
    await system.whenReady();
    return system;
  }

  url(name: ServiceName): string {
    return `http://127.0.0.1:${this.ports.services[name]}`;
  }

  databaseUrl(name: ServiceName): string {
    return `postgres://orderflow:orderflow@127.0.0.1:${this.ports.postgres}/${name.replaceAll('-', '_')}`;
  }

  /** The id of the service's own process. */
  pidOf(name: ServiceName): number {
    return this.processOf(name).pid ?? Number.NaN;
  }

  get brokers(): string {
    return `127.0.0.1:${this.ports.kafka}`;
  }

  async startKafka(): Promise<void> {
    this.kafka = await startKafka({ dataDir: join(this.folder, 'kafka'), port: this.ports.kafka, isShortLived: true });
  }

  /** @param security TLS, and two roles for each service; the usual superuser unless given */
  async startPostgres(security?: Secrets): Promise<void> {
    this.postgres = await startPostgres({
      dataDir: join(this.folder, 'postgres'),
      port: this.ports.postgres,
      databases: SERVICES.map((name) => name.replaceAll('-', '_')),
      survivesPowerLoss: false,
      ...(security && { security }),
    });
  }

  /** @param overrides variables that replace the usual ones; an undefined one is unset */
  startService(name: ServiceName, overrides: Readonly<Record<string, string | undefined>> = {}): void {
    const { FORCE_COLOR, ...inherited } = process.env; // with NO_COLOR it makes Node warn
    const environment = {
      ...inherited,
      ...SERVICE_MEMORY,
      HOST: '127.0.0.1',
      PORT: String(this.ports.services[name]),
      DATABASE_URL: this.databaseUrl(name),
      KAFKA_BROKERS: this.brokers,
      WEBHOOK_ENCRYPTION_KEY: this.webhookKey,
      WEBHOOK_ALLOW_PRIVATE_NETWORKS: 'true', // the receivers of tests
      NO_COLOR: '1',
      ...overrides,
    };
    const output = { line: (line: string) => this.keep(`${name} ${line}`) };
    const main = join(ROOT, 'apps', name, 'dist/main.js');
    this.processes.set(name, startGroup(NODE, [main], { name, env: environment, output }));
  }

  /** Starts a service that is expected to exit by itself, and resolves with its exit. */
  runWith(name: ServiceName, overrides: Readonly<Record<string, string>>): Promise<Exit> {
    this.startService(name, overrides);
    return this.processOf(name).exited;
  }

  /** Sends SIGTERM and resolves with the exit of the process. */
  async stopService(name: ServiceName): Promise<Exit> {
    const group = this.processOf(name);
    await group.stop();
    return group.exited;
  }

  /** Sends SIGKILL. */
  async killService(name: ServiceName): Promise<void> {
    const group = this.processOf(name);
    group.kill();
    await group.exited;
  }

  isRunning(name: ServiceName): boolean {
    return this.processOf(name).isAlive;
  }

  async killKafka(): Promise<void> {
    this.kafka?.kill();
    await this.kafka?.exited;
  }

  async killPostgres(): Promise<void> {
    this.postgres?.kill();
    await this.postgres?.exited;
  }

  async whenReady(names: readonly ServiceName[] = SERVICES): Promise<void> {
    for (const name of names) {
      await eventually(`${name} is ready`, async () => (await this.status(name, '/health/ready')) === 200);
    }
  }

  /** The HTTP status of a GET; undefined without a response. */
  async status(name: ServiceName, path: string): Promise<number | undefined> {
    const response = await fetch(`${this.url(name)}${path}`).catch(() => undefined);
    await response?.arrayBuffer();
    return response?.status;
  }

  /** Warnings of the Node processes: there must be none. */
  warnings(): string[] {
    return this.lines.filter((line) => /\(node:\d+\)|Warning:|UnhandledPromiseRejection/.test(line));
  }

  /** Stops the services with SIGTERM, kills the servers and deletes their data. */
  async stop(): Promise<void> {
    await Promise.all(SERVICES.filter((name) => this.processes.has(name)).map((name) => this.stopService(name)));
    await Promise.all([this.killKafka(), this.killPostgres()]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** Jest shows what its test files write to stdout if they fail. */
  private keep(line: string): void {
    this.lines.push(line);
    process.stdout.write(`${line}\n`);
  }

  private processOf(name: ServiceName): ProcessGroup {
    const group = this.processes.get(name);
    if (!group) throw new Error(`${name} was never started`);
    return group;
  }
}
