import path from 'node:path';
import { aclsOf, applyAcls, withAdmin } from '../../deploy/kafka/acls.mjs';
import { ADMIN, ensureSecrets } from '../../deploy/secrets.mjs';
import { roles, SUPERUSER } from '../../deploy/postgres/roles.mjs';
import { services } from './environment.mjs';
import { Failure } from './failure.mjs';
import { startKafka } from './kafka.mjs';
import { securityVariables } from './kafka-security.mjs';
import { stateDir } from './paths.mjs';

const folder = path.join(stateDir, 'kafka-security');

/**
 * Certificates and passwords of this checkout's stack, kept as long as its Kafka and Postgres.
 * @throws {Failure} where they are from when Postgres had none
 */
export async function prepareSecurity() {
  try {
    return await secretsIn(folder);
  } catch (error) {
    throw new Failure(
      `${/** @type {Error} */ (error).message}: "rm -r ${folder} ${path.join(stateDir, 'kafka-secure')}" lets --secure begin anew`,
    );
  }
}

/**
 * Certificates and passwords for all services; made where there are none.
 * @param {string} folder
 */
export const secretsIn = (folder) =>
  ensureSecrets(folder, { users: services.map(({ name }) => name), roles: [SUPERUSER, ...roles] });

/**
 * A secured Kafka in which each service may do what it needs, and nothing more.
 * @param {Parameters<typeof startKafka>[0] & { security: import('../../deploy/secrets.mjs').Secrets }} options
 */
export async function startSecureKafka(options) {
  const kafka = await startKafka(options);
  await allowServices(kafka.brokers, options.security);
  return kafka;
}

/**
 * Lets each service do what it needs, and nothing more.
 * @param {string} brokers
 * @param {import('../../deploy/secrets.mjs').Secrets} security
 */
export const allowServices = (brokers, security) =>
  asAdmin(brokers, security, (admin) => applyAcls(admin, aclsOf({ createTopics: true })));

/**
 * @template T
 * @param {string} brokers
 * @param {import('../../deploy/secrets.mjs').Secrets} security
 * @param {(admin: import('kafkajs').Admin) => Promise<T>} use
 */
export const asAdmin = (brokers, security, use) =>
  withAdmin({ KAFKA_BROKERS: brokers, ...securityVariables(security, ADMIN) }, use);
