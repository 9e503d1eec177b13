import { topology } from '../../deploy/topology.mjs';
import { Failure } from './failure.mjs';
import { authVariables, issuerPort } from './local-issuer.mjs';
import { readPort } from './read-port.mjs';

/** The services, and what each has where the environment says nothing else. */
export const services = topology.services.map(({ name, port }) => {
  const database = name.replaceAll('-', '_');
  return { name, prefix: `${database.toUpperCase()}_`, port, database };
});

/** @typedef {typeof services[number]} Service */

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {{ mail?: boolean, auth?: boolean }} [options] whether there is a mail catcher, to which e-mail is sent, and an
 *   issuer, whose tokens are demanded
 * @returns what of the stack is to be started, on which ports, and with which environment each service
 * @throws {Failure} for a variable that cannot be meant
 */
export function planStack(environment, { mail = false, auth = false } = {}) {
  const databases = services.filter((service) => !hasDatabase(service, environment)).map(({ database }) => database);
  assertOwnDatabases(environment);
  assertOwnGroups(environment);
  const mailPorts = mail ? planMail(environment) : undefined;
  const issuer = auth ? planIssuer(environment) : undefined;
  const startsKafka = services.some((service) => !variablesOf(service, environment).KAFKA_BROKERS);
  return {
    kafkaPort: startsKafka ? kafkaPort(environment) : undefined,
    postgresPort: databases.length > 0 ? postgresPort(environment) : undefined,
    mail: mailPorts,
    issuer,
    databases,
    services: services.map((service) => ({
      ...service,
      port: readPort(environment, `${service.prefix}PORT`, service.port),
      environment: {
        ...serviceEnvironment(service, environment),
        ...mailVariables(service, mailPorts),
        ...issuer?.variables,
      },
    })),
  };
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns the ports of the mail catcher
 * @throws {Failure} where mail goes to another server already
 */
function planMail(environment) {
  const set = Object.keys(environment).find((name) => /^(NOTIFICATION_SERVICE_)?SMTP_URL(_FILE)?$/.test(name));
  if (set) throw new Failure(`--mail starts a mail server of its own: unset ${set}`);
  return {
    smtpPort: readPort(environment, 'SMTP_PORT', 1025),
    pagePort: readPort(environment, 'MAIL_PAGE_PORT', 1080),
  };
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns where the local issuer listens, which pages log in there, and what makes services demand its tokens
 * @throws {Failure} where they demand those of another issuer already
 */
function planIssuer(environment) {
  const set = Object.keys(environment).find((name) => /(^|_SERVICE_)AUTH(_ISSUER|_JWKS_URL)?$/.test(name));
  if (set) throw new Failure(`--auth starts an issuer of its own: unset ${set}`);
  const port = issuerPort(environment);
  const ports = services.map((service) => readPort(environment, `${service.prefix}PORT`, service.port));
  const origins = ports.flatMap((each) => [`http://localhost:${each}`, `http://127.0.0.1:${each}`]);
  return { port, origins, variables: authVariables(port) };
}

/**
 * @param {Service} service
 * @param {ReturnType<typeof planMail> | undefined} mail
 * @returns {NodeJS.ProcessEnv}
 */
const mailVariables = ({ name }, mail) =>
  mail && name === 'notification-service'
    ? { SMTP_URL: `smtp://127.0.0.1:${mail.smtpPort}`, EMAIL_FROM: 'Orderflow <orders@orderflow.example>' }
    : {};

/**
 * @param {Service} service
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv} for this service: what is meant for all, what is meant for it, and the local stack for the rest
 */
export function serviceEnvironment(service, environment) {
  const variables = variablesOf(service, environment);
  const local = `postgres://orderflow:orderflow@localhost:${postgresPort(environment)}/${service.database}`;
  return {
    ...variables,
    // Some shells export it as the name of the machine, whose address others can reach.
    HOST: environment[`${service.prefix}HOST`] || '127.0.0.1',
    PORT: String(readPort(environment, `${service.prefix}PORT`, service.port)),
    KAFKA_BROKERS: variables.KAFKA_BROKERS || `localhost:${kafkaPort(environment)}`,
    ...(variables.DATABASE_URL_FILE ? {} : { DATABASE_URL: variables.DATABASE_URL || local }),
  };
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @throws {Failure} where two services would be in one database, or one would migrate another than it works in
 */
function assertOwnDatabases(environment) {
  const local = services.filter((service) => !hasDatabase(service, environment));
  const set = (/** @type {string} */ name) => [name, `${name}_FILE`].find((each) => environment[each]);
  const shared = (local.length > 0 && set('DATABASE_URL')) || set('DATABASE_MIGRATION_URL');
  if (shared) {
    const own = services.map(({ prefix }) => prefix + shared).join(', ');
    throw new Failure(`${shared} would put all services into one database: set ${own} instead`);
  }
  for (const { prefix } of local) {
    const foreign = set(`${prefix}DATABASE_MIGRATION_URL`) ?? set(`${prefix}DATABASE_SSL_CA`) ?? set('DATABASE_SSL_CA');
    if (foreign) throw new Failure(`${foreign} is for a Postgres of your own: set ${prefix}DATABASE_URL too`);
  }
}

/**
 * Kafka shares out the topics of a group among all of its members, whether they handle them or not.
 * @param {NodeJS.ProcessEnv} environment
 * @throws {Failure} where two services would be in one consumer group
 */
export function assertOwnGroups(environment) {
  const groups = services.map((service) => variablesOf(service, environment).KAFKA_GROUP_ID || service.name);
  for (const [index, group] of groups.entries()) {
    const first = groups.indexOf(group);
    if (first === index) continue;
    const [one, other] = /** @type {[Service, Service]} */ ([services[first], services[index]]);
    throw new Failure(
      `${one.name} and ${other.name} cannot share the consumer group ${JSON.stringify(group)}, each would miss events: ` +
        `set ${one.prefix}KAFKA_GROUP_ID and ${other.prefix}KAFKA_GROUP_ID to two names instead`,
    );
  }
}

/**
 * The environment without the other services' variables, and with its own under their plain names.
 * @param {Service} service
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
function variablesOf({ prefix }, environment) {
  const entries = Object.entries(environment);
  const shared = entries.filter(([name]) => !services.some((service) => name.startsWith(service.prefix)));
  const own = entries
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value]);
  return Object.fromEntries([...shared, ...own]);
}

/**
 * @param {Service} service
 * @param {NodeJS.ProcessEnv} environment
 */
const hasDatabase = ({ prefix }, environment) =>
  Boolean(environment[`${prefix}DATABASE_URL`] || environment[`${prefix}DATABASE_URL_FILE`]);

const kafkaPort = (/** @type {NodeJS.ProcessEnv} */ environment) => readPort(environment, 'KAFKA_PORT', 9092);

const postgresPort = (/** @type {NodeJS.ProcessEnv} */ environment) => readPort(environment, 'POSTGRES_PORT', 54321);
