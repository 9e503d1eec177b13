import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { run } from '../../tools/stack/command.mjs';
import { services } from '../../tools/stack/environment.mjs';
import { Failure } from '../../tools/stack/failure.mjs';
import { startKafka } from '../../tools/stack/kafka.mjs';
import { cacheDir } from '../../tools/stack/paths.mjs';
import { freePort } from '../../tools/stack/ports.mjs';
import { startPostgres } from '../../tools/stack/postgres.mjs';
import { step } from '../../tools/stack/steps.mjs';
import { temporaryFolder } from '../../tools/stack/temporary-folder.mjs';
import { startServices } from '../overhead/start-services.ts';
import { parkMessages } from './park-messages.ts';
import { ensureSchemathesis } from './ensure-schemathesis.ts';

const HERE = import.meta.dirname;
/** Without them, `GET /orders?late=true` is a 400, and a contact with a webhook a 409. */
const VARIABLES = {
  ORDER_LATE_SECONDS: '60',
  WEBHOOK_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  LOG_LEVEL: 'error',
};

interface Options {
  /** Random requests of each operation. */
  readonly examples: string;
  readonly seed?: string;
  /** All unless given. */
  readonly service?: string;
  readonly stopping: AbortSignal;
}

/**
 * Starts a system of its own, and runs all checks of Schemathesis against each service.
 * @returns the names of the services with findings, which Schemathesis has printed
 */
export async function checkServices({ examples, seed, service, stopping }: Options): Promise<string[]> {
  if (service && !services.some(({ name }) => name === service)) throw new Failure(`There is no service ${service}`);
  const schemathesis = await step('Schemathesis', ensureSchemathesis);
  const running = await step('a system', startSystem);
  const failed: string[] = [];
  for (const { name, port } of running) {
    if (stopping.aborted || (service && name !== service)) continue;
    const args = [
      '--config-file',
      path.join(HERE, 'schemathesis.toml'),
      'run',
      `http://127.0.0.1:${port}/openapi.json`,
    ];
    const options = ['--max-examples', examples, '--continue-on-failure', '--generation-database', 'none'];
    const environment = { ...process.env, PYTHONPATH: HERE, PYTHONDONTWRITEBYTECODE: '1' };
    const all = [...args, ...options, ...(seed ? ['--seed', seed] : [])];
    await step(name, () => run(schemathesis, all, { cwd: cacheDir, env: environment })).catch(() => failed.push(name));
  }
  return failed;
}

/** A Kafka, a Postgres, the services, and dead letters for the operator's routes. */
async function startSystem() {
  const folder = temporaryFolder();
  const databases = services.map(({ database }) => database);
  const [kafka, postgres] = await Promise.all([
    startKafka({ dataDir: path.join(folder, 'kafka'), port: await freePort(), isShortLived: true }),
    startPostgres({
      dataDir: path.join(folder, 'postgres'),
      port: await freePort(),
      databases,
      survivesPowerLoss: false,
    }),
  ]);
  const running = await startServices({
    folder,
    brokers: kafka.brokers,
    databaseUrl: postgres.url,
    variables: VARIABLES,
  });
  await parkMessages({ kafka: kafka.brokers, databaseUrl: postgres.url, running });
  return running;
}
