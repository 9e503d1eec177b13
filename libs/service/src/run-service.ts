import { type DynamicModule, type INestApplication, Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { removeLibpqVariables } from './config/libpq-variables.js';
import { InvalidConfiguration, loadConfig } from './config/load-config.js';
import type { ServiceConfig } from './config/service-config.js';
import { createHttpApp, listenForOperators } from '@orderflow/http';
import { connectConsumer, Producer, SchemaIds } from '@orderflow/messaging';
import { HealthRegistry, LogModule, Metrics, ServiceLogger, type Tracing } from '@orderflow/observability';
import { Database } from '@orderflow/postgres';
import { httpOptionsOf } from './http-options.js';
import { startTracingOf } from './tracing.js';

export interface Service<Config extends ServiceConfig> {
  /** Its name in the status line and on the page at `/docs`. */
  readonly title: string;
  readonly description: string;
  readonly config: new () => Config;
  readonly module: { forRoot(config: Config): DynamicModule };
  /** The services' events as AsyncAPI 3.0, served at `/asyncapi.json` and as a page at `/docs/events`. */
  readonly asyncApi: object;
  /** Whether the service is down without Kafka; otherwise it is degraded and ready. */
  readonly needsKafka: boolean;
  /** Logged once, when the service can do its work for the first time. */
  readonly statusLine: (config: Config) => string;
}

const SHUTDOWN_MS = 20_000;

/**
 * Runs a service until SIGTERM or SIGINT: configuration, HTTP, consumers. It listens at once; Kafka and Postgres may become
 * available later. On a signal it finishes its current work, commits, leaves its group and exits with 0. An invalid
 * configuration is reported in one line, and the process exits with 1.
 */
export async function runService<Config extends ServiceConfig>(service: Service<Config>): Promise<void> {
  const config = readConfig(service.config);
  const serviceLogger = new ServiceLogger({
    level: config.logLevel,
    format: config.logFormat ?? (process.stdout.isTTY ? 'pretty' : 'json'),
    service: config.kafkaClientId,
  });
  Logger.overrideLogger(serviceLogger);
  const logger = new Logger(service.title);
  const running: Running = {};
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void shutDown(running, logger));
  running.tracing = await startTracingOf(config);
  const app = await createHttpApp(rootOf(service.module.forRoot(config), serviceLogger), {
    title: service.title,
    description: service.description,
    asyncApi: service.asyncApi,
    logger: serviceLogger,
    ...httpOptionsOf(config),
  });
  running.app = app;
  const database = app.get(Database);
  const consumer = connectConsumer(app);
  app.get(Metrics).observeProcess();
  const health = app.get(HealthRegistry);
  health.registerLiveness('kafka', () => consumer.liveness());
  health.register('kafka', () => {
    const kafka = consumer.health();
    return kafka.status === 'down' && !service.needsKafka ? { ...kafka, status: 'degraded' } : kafka;
  });
  health.register('producer', () => app.get(Producer).health());
  if (config.schemaRegistryUrl) health.register('schema-registry', () => app.get(SchemaIds).health());
  await app.startAllMicroservices();
  await listen(app, config);
  await database.whenReady();
  if (service.needsKafka) await consumer.whenJoined();
  logger.log(service.statusLine(config));
}

function rootOf(module: DynamicModule, logger: ServiceLogger): DynamicModule {
  return { module: class ServiceModule {}, imports: [module, LogModule.forRoot(logger)] };
}

/** Why the process cannot listen as configured, and what to do; other errors are not caused by the configuration. */
const LISTEN_ERRORS: Readonly<Record<string, (host: string, port: number, variable: string) => string>> = {
  EADDRINUSE: (_, port, variable) =>
    `Port ${port} is already in use: stop the process that listens on it, or set ${variable}`,
  EACCES: (_, port, variable) => `This user may not listen on port ${port}: set ${variable} to 1024 or higher`,
  EADDRNOTAVAIL: (host) => `HOST is ${host}, which is not an address of this machine`,
  ENOTFOUND: (host) => `HOST is ${host}, which this machine cannot resolve`,
};

async function listen(app: NestFastifyApplication, { host, port, operatorPort }: ServiceConfig): Promise<void> {
  await orExit(app.listen(port, host), [host, port, 'PORT']);
  if (operatorPort !== undefined)
    await orExit(listenForOperators(app, operatorPort, host), [host, operatorPort, 'OPERATOR_PORT']);
}

async function orExit(listening: Promise<unknown>, at: [host: string, port: number, variable: string]): Promise<void> {
  try {
    await listening;
  } catch (error) {
    const line = LISTEN_ERRORS[(error as NodeJS.ErrnoException).code ?? '']?.(...at);
    if (line === undefined) throw error;
    exitWith(line);
  }
}

function readConfig<Config extends ServiceConfig>(config: new () => Config): Config {
  try {
    removeLibpqVariables(process.env);
    return loadConfig(config, process.env);
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    return exitWith(error.message);
  }
}

function exitWith(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** The parts to stop; a missing one has not been started yet. */
interface Running {
  tracing?: Tracing;
  app?: INestApplication;
}

async function shutDown({ app, tracing }: Running, logger: Logger): Promise<void> {
  setTimeout(() => {
    logger.error(
      `Shutdown took longer than ${SHUTDOWN_MS} ms; exiting. Whatever was not committed will be done again by another replica`,
    );
    process.exit(1);
  }, SHUTDOWN_MS).unref();
  await app?.close();
  await tracing?.stop();
  process.exit(0);
}
