import path from 'node:path';
import { aclsOf, applyAcls, withAdmin } from '../../deploy/kafka/acls.mjs';
import { ADMIN, ensureSecrets } from '../../deploy/kafka/secrets.mjs';
import { services } from './environment.mjs';
import { startKafka } from './kafka.mjs';
import { securityVariables } from './kafka-security.mjs';
import { stateDir } from './paths.mjs';

/** Certificates and passwords of this checkout's stack, kept as long as its Kafka. */
export const prepareSecurity = () =>
  ensureSecrets(path.join(stateDir, 'kafka-security'), { users: services.map(({ name }) => name) });

/**
 * A secured Kafka in which each service may do what it needs, and nothing more.
 * @param {Parameters<typeof startKafka>[0] & { security: import('../../deploy/kafka/secrets.mjs').Secrets }} options
 */
export async function startSecureKafka(options) {
  const kafka = await startKafka(options);
  await asAdmin(kafka.brokers, options.security, (admin) => applyAcls(admin, aclsOf({ createTopics: true })));
  return kafka;
}

/**
 * @template T
 * @param {string} brokers
 * @param {import('../../deploy/kafka/secrets.mjs').Secrets} security
 * @param {(admin: import('kafkajs').Admin) => Promise<T>} use
 */
export const asAdmin = (brokers, security, use) =>
  withAdmin({ KAFKA_BROKERS: brokers, ...securityVariables(security, ADMIN) }, use);
