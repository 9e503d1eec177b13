import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from './temporary-folder.mjs';

const MECHANISM = 'SCRAM-SHA-512';
const VALID_MS = 10 * 365 * 86_400_000;
const LOCALHOST = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
];

/** May do everything: it is the brokers' own user, and the operator's. */
export const ADMIN = 'admin';

/**
 * Makes, once, an authority, a certificate for localhost, and a password for each user.
 * @param {string} folder appears complete or not at all
 * @param {string[]} users beside the admin
 */
export async function ensureSecurity(folder, users) {
  if (!existsSync(folder)) {
    await mkdir(path.dirname(folder), { recursive: true });
    const draft = temporaryFolder(path.dirname(folder));
    await writeCertificates(draft);
    for (const user of [ADMIN, ...users]) await writeSecret(passwordFile(draft, user), newPassword());
    await rename(draft, folder);
  }
  return {
    users: [ADMIN, ...users],
    caFile: path.join(folder, 'ca.pem'),
    keystoreFile: path.join(folder, 'broker.pem'),
    passwordFile: (user) => passwordFile(folder, user),
    password: (user) => readFileSync(passwordFile(folder, user), 'utf8'),
  };
}

/** @typedef {Awaited<ReturnType<typeof ensureSecurity>>} Security */

/**
 * @param {Security} security
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
 * The broker's properties: SASL over TLS for clients, TLS with certificates for the controller, and nothing is allowed
 * that no ACL allows. A plaintext controller would need its anonymous user to be a super user.
 * @param {Security} security
 */
export function secureProperties({ caFile, keystoreFile, password }) {
  const login = 'org.apache.kafka.common.security.scram.ScramLoginModule required';
  return {
    'sasl.enabled.mechanisms': MECHANISM,
    'sasl.mechanism.inter.broker.protocol': MECHANISM,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${login} username="${ADMIN}" password="${password(ADMIN)}";`,
    'listener.name.controller.ssl.client.auth': 'required',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keystoreFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': caFile,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:${ADMIN};User:CN=localhost`,
  };
}

/** @param {Security} security @returns {string[]} what creates the users when the storage is formatted */
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
  const quoted = (argument) => `"${argument.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  try {
    await writeSecret(file, args.map(quoted).join('\n'));
    await use(`@${file}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Loaded when needed: `npm start` begins before packages are installed. */
async function writeCertificates(folder) {
  const { generate } = await import('selfsigned');
  const common = { keyType: 'ec', algorithm: 'sha256', notAfterDate: new Date(Date.now() + VALID_MS) };
  const named = (name) => [{ name: 'commonName', value: name }];
  const authority = await generate(named('Orderflow local authority'), {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const broker = await generate(named('localhost'), {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames: LOCALHOST },
    ],
  });
  await writeFile(path.join(folder, 'ca.pem'), authority.cert);
  await writeSecret(path.join(folder, 'broker.pem'), [broker.private, broker.cert, authority.cert].join('\n'));
}

const writeSecret = (file, text) => writeFile(file, text, { mode: 0o600 });

const newPassword = () => randomBytes(24).toString('base64url');

const passwordFile = (folder, user) => path.join(folder, `${user}.password`);
