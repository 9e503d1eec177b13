import { rm } from 'node:fs/promises';
import path from 'node:path';
import { showAddresses } from './addresses.mjs';
import { build } from './build.mjs';
import { planStack } from './environment.mjs';
import { Failure } from './failure.mjs';
import { assertJava } from './java.mjs';
import { startKafka } from './kafka.mjs';
import { securityVariables } from './kafka-security.mjs';
import { ensureKafkaJars, kafkaIsDownloaded } from './kafka-jars.mjs';
import { keepRunning } from './keep-running.mjs';
import { ensureMailCatcher, mailCatcherIsInstalled, startMailCatcher } from './mail-catcher.mjs';
import { startLocalIssuer } from './local-issuer.mjs';
import { ensurePackages } from './packages.mjs';
import { logsDir, stateDir } from './paths.mjs';
import { assertPortsAreFree } from './port-check.mjs';
import { startPostgres } from './postgres.mjs';
import { describeExit } from './process-group.mjs';
import { claimStack } from './running-stack.mjs';
import { prepareSecurity, startSecureKafka } from './secure-kafka.mjs';
import { databaseVariables } from './secure-postgres.mjs';
import { startService, waitUntilReady } from './services.mjs';
import { quietStep } from './steps.mjs';

/**
 * Does every step from the packages to the services, and then keeps all parts running.
 * @param {{ infraOnly?: boolean, secure?: boolean, mail?: boolean, auth?: boolean, stopping: AbortSignal }} options
 * @throws {Failure} when a step fails or a part ends before all are ready; what has been started still runs then
 */
export async function startStack({ infraOnly, secure, mail, auth, stopping }) {
  const plan = planStack(process.env, { mail, auth });
  if (secure && !plan.kafkaPort) throw new Failure('--secure starts a Kafka of its own: unset KAFKA_BROKERS');
  const services = infraOnly ? [] : plan.services;
  await claimStack();
  await assertPortsAreFree({ ...plan, services });
  if (plan.kafkaPort) await assertJava();
  await ensurePackages(quietStep);
  await rm(logsDir, { recursive: true, force: true });
  const security = secure ? await prepareSecurity() : undefined;
  const parts = await startInfra(plan, security);
  if (services.length > 0) await quietStep('build', () => build(services));
  services.forEach((service, index) => {
    parts.push(startedNow(service.name, async () => startService(asUser(service, plan, security), index)));
  });
  await Promise.race([waitUntilReady(services, stopping), ...parts.map(failWhenEnded)]);
  if (stopping.aborted) return;
  showAddresses({ ...plan, services, security });
  for (const part of parts) void keepRunning({ ...part, stopping });
}

/**
 * @param {ReturnType<typeof planStack>['services'][number]} service
 * @param {ReturnType<typeof planStack>} plan
 * @param {import('./kafka.mjs').Secrets | undefined} security
 * @returns the service with what lets it in to a secured Kafka and Postgres
 */
function asUser(service, { postgresPort, databases }, security) {
  if (!security) return service;
  const ofKafka = securityVariables(security, service.name);
  const isOurs = postgresPort && databases.includes(service.database);
  const ofPostgres = isOurs ? databaseVariables(security, postgresPort, service.name) : {};
  return { ...service, environment: { ...service.environment, ...ofKafka, ...ofPostgres } };
}

/**
 * @param {ReturnType<typeof planStack>} plan
 * @param {import('./kafka.mjs').Secrets | undefined} security
 */
async function startInfra({ kafkaPort, postgresPort, mail, issuer, databases }, security) {
  /** @type {Part[]} */
  const parts = [];
  if (kafkaPort) {
    if (!kafkaIsDownloaded()) await quietStep('download Kafka', ensureKafkaJars);
    const options = {
      dataDir: path.join(stateDir, security ? 'kafka-secure' : 'kafka'),
      port: kafkaPort,
      logFile: path.join(logsDir, 'kafka.log'),
    };
    parts.push(
      startedNow('kafka', () => (security ? startSecureKafka({ ...options, security }) : startKafka(options))),
    );
  }
  if (postgresPort) {
    const logFile = path.join(logsDir, 'postgres.log');
    const dataDir = path.join(stateDir, security ? 'postgres-secure' : 'postgres');
    const options = { dataDir, port: postgresPort, databases, security, logFile };
    parts.push(startedNow('postgres', () => startPostgres(options)));
  }
  if (mail) {
    if (!mailCatcherIsInstalled()) await quietStep('install the mail catcher', ensureMailCatcher);
    const options = { ...mail, logFile: path.join(logsDir, 'mail.log') };
    parts.push(startedNow('mail catcher', () => startMailCatcher(options)));
  }
  if (issuer) {
    const options = { ...issuer, logFile: path.join(logsDir, 'issuer.log') };
    parts.push(startedNow('issuer', () => startLocalIssuer(options)));
  }
  const names = new Intl.ListFormat('en').format(parts.map(({ name }) => name));
  if (names) await quietStep(`start ${names}`, () => Promise.all(parts.map(({ running }) => running)));
  return parts;
}

/**
 * @typedef {{ name: string, start: () => Promise<Running>, running: Promise<Running> }} Part of the stack
 * @typedef {{ exited: Promise<import('./process-group.mjs').Exit>, stop: () => Promise<void> }} Running
 */

/**
 * @param {string} name
 * @param {() => Promise<Running>} start
 * @returns {Part} that is being started, and how to do it again
 */
const startedNow = (name, start) => ({ name, start, running: start() });

/** @param {Part} part */
async function failWhenEnded({ name, running }) {
  const exit = await (await running).exited;
  throw new Failure(
    `${name} ${describeExit(exit)} while the stack was starting: what it said is above or in ${logsDir}`,
  );
}
