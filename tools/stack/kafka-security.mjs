import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ADMIN, writeSecret } from '../../deploy/secrets.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

/** @typedef {import('../../deploy/secrets.mjs').Secrets} Secrets */

const MECHANISM = 'SCRAM-SHA-512';

/**
 * @param {Secrets} secrets
 * @param {string} user
 * @returns {Record<string, string>} what a service needs to know to be this user
 */
export const securityVariables = ({ caFile, passwordFile }, user) => ({
  KAFKA_SSL_CA_FILE: caFile,
  KAFKA_SASL_MECHANISM: MECHANISM.toLowerCase(),
  KAFKA_SASL_USERNAME: user,
  KAFKA_SASL_PASSWORD_FILE: passwordFile(user),
});

/**
 * @param {Secrets} secrets
 * @returns what a client of Kafka's own needs to know to be the admin, as properties
 */
export const adminProperties = ({ caFile, password }) => ({
  'security.protocol': 'SASL_SSL',
  'sasl.mechanism': MECHANISM,
  'sasl.jaas.config': loginOf(ADMIN, password(ADMIN)),
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.location': caFile,
});

/**
 * The broker's properties: SASL over TLS for clients, TLS with certificates for the controller, and nothing is allowed
 * that no ACL allows. A plaintext controller would need its anonymous user to be a super user.
 * @param {Secrets} secrets
 * @param {string[]} listeners the names of those for clients
 */
export function secureProperties({ caFile, keystoreFile, password }, listeners) {
  const login = loginOf(ADMIN, password(ADMIN));
  const logins = listeners.map((name) => [`listener.name.${name.toLowerCase()}.scram-sha-512.sasl.jaas.config`, login]);
  return {
    ...Object.fromEntries(logins),
    'sasl.enabled.mechanisms': MECHANISM,
    'sasl.mechanism.inter.broker.protocol': MECHANISM,
    'listener.name.controller.ssl.client.auth': 'required',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keystoreFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': caFile,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:${ADMIN};User:CN=localhost`,
  };
}

/** @param {string} user @param {string} password */
const loginOf = (user, password) =>
  `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${password}";`;

/** @param {Secrets} secrets @returns {string[]} what creates the users when the storage is formatted */
export const scramArguments = ({ users, password }) =>
  users.flatMap((user) =>
    ['SCRAM-SHA-256', MECHANISM].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${user},password=${password(user)}]`,
    ]),
  );

/**
 * Lets `use` start Java with arguments that are secret: they stand in a file of Java's own format, not in the process list.
 * @param {string[]} args
 * @param {(argument: string) => Promise<void>} use
 */
export async function withArgumentFile(args, use) {
  const folder = temporaryFolder();
  const file = path.join(folder, 'arguments');
  const quoted = (/** @type {string} */ argument) => `"${argument.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  try {
    await writeSecret(file, args.map(quoted).join('\n'));
    await use(`@${file}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
