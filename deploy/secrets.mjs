/**
 * What a secured Kafka, a secured Postgres and their clients prove themselves by: an authority, certificates of it, and passwords.
 *
 *   node deploy/secrets.mjs FOLDER     makes, once, those of compose.secure.yml in FOLDER/all, and gives each container its own
 *                                      part, as FOLDER/<its name>
 */
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { companions } from './kafka/acls.mjs';
import { databases, roles, SUPERUSER } from './postgres/roles.mjs';
import { topology } from './topology.mjs';

const VALID_MS = 10 * 365 * 86_400_000;
const LOCAL = { kafka: ['localhost'], postgres: ['localhost'] };

/** May do everything in Kafka: the operator's user. */
export const ADMIN = 'admin';

/**
 * Makes what is missing as a whole: an authority, which is then forgotten; the brokers' certificate, in the name of the first
 * host, and that of Postgres; a password for the admin, each user of Kafka and each role of Postgres; a certificate for each
 * client; and a key for the secrets of webhooks.
 * @param {string} folder
 * @param {{ users: string[], roles?: string[], hosts?: { kafka: string[], postgres: string[] }, clients?: string[] }} names
 * @throws {Error} where the folder was made for fewer
 */
export async function ensureSecrets(folder, { users, roles = [], hosts = LOCAL, clients = [] }) {
  const everybody = [ADMIN, ...users];
  const file = (/** @type {string} */ name) => path.join(folder, name);
  const passwordFile = (/** @type {string} */ name) => file(`${name}.password`);
  const caFile = file('ca.pem');
  if (!existsSync(caFile)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const authority = await newAuthority();
    await writeSecret(file('broker.pem'), await authority.certify(hosts.kafka[0] ?? 'localhost', hosts.kafka));
    await writeSecret(file('postgres.pem'), await authority.certify('postgres', hosts.postgres, false));
    for (const client of clients) await writeSecret(file(`${client}.pem`), await authority.certify(client, []));
    for (const name of [...everybody, ...roles]) {
      await writeSecret(passwordFile(name), randomBytes(24).toString('base64url'));
    }
    await writeSecret(file('webhook-encryption-key'), randomBytes(32).toString('base64'));
    await writeFile(file('ca.new'), authority.certificate);
    await rename(file('ca.new'), caFile); // last: it stands for the whole
  }
  const made = ['postgres.pem', 'webhook-encryption-key', ...roles.map((role) => `${role}.password`)];
  const missing = made.find((name) => !existsSync(file(name)));
  if (missing) throw new Error(`${folder} was made by an older version, and has no ${missing}`);
  return {
    users: everybody,
    caFile,
    keystoreFile: file('broker.pem'),
    databaseKeystoreFile: file('postgres.pem'),
    passwordFile,
    password: (/** @type {string} */ name) => readFileSync(passwordFile(name), 'utf8'),
  };
}

/** @typedef {Awaited<ReturnType<typeof ensureSecrets>>} Secrets */

/** Loaded when needed: `npm start` begins before packages are installed. */
async function newAuthority() {
  const { generate } = await import('selfsigned');
  const common = /** @type {const} */ ({
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + VALID_MS),
  });
  const named = (/** @type {string} */ name) => [{ name: 'commonName', value: name }];
  const authority = await generate(named('Orderflow local authority'), {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    certificate: authority.cert,
    /**
     * @param {string} name
     * @param {string[]} hosts that it may be a server at
     * @param {boolean} [isClient] whether it may log in to others by it
     * @returns {Promise<string>} key, certificate and the authority's, as Kafka wants them in one file
     */
    certify: async (name, hosts, isClient = true) => {
      const { private: key, cert } = await generate(named(name), {
        ...common,
        ca: { key: authority.private, cert: authority.cert },
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: hosts.length > 0, clientAuth: isClient },
          ...(hosts.length > 0
            ? [{ name: /** @type {const} */ ('subjectAltName'), altNames: hosts.flatMap(alternativeNames) }]
            : []),
        ],
      });
      return [key, cert, authority.cert].join('\n');
    },
  };
}

/**
 * @param {string} host
 * @returns {({ type: 2, value: string } | { type: 7, ip: string })[]}
 */
const alternativeNames = (host) => [
  { type: 2, value: host },
  ...(host === 'localhost' ? [/** @type {const} */ ({ type: 7, ip: '127.0.0.1' })] : []),
];

/** For the account that we run as alone. @param {string} file @param {string} text */
export const writeSecret = (file, text) => writeFile(file, text, { mode: 0o600 });

/** As whom the containers run, `user` in the compose files, where not as 1000. @type {Record<string, number>} */
const ACCOUNTS = { postgres: 999, 'schema-registry': 1001 };

/**
 * Each container mounts its own part alone, which only the account that it runs as can read.
 * @param {string} folder
 * @param {number} account
 * @param {Record<string, string>} files
 */
function handOut(folder, account, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    rmSync(file, { force: true });
    writeFileSync(file, text, { mode: 0o400 });
    if (process.getuid?.() === 0) chownSync(file, account, account);
  }
}

/** @param {string[]} args */
async function main([folder]) {
  if (!folder) throw new Error('name the folder: node deploy/secrets.mjs FOLDER');
  const all = path.join(folder, 'all');
  const clients = Object.keys(companions);
  const { users, password } = await ensureSecrets(all, {
    users: topology.services.map(({ name }) => name),
    roles: [SUPERUSER, ...roles],
    hosts: { kafka: ['kafka', 'localhost'], postgres: ['postgres', 'localhost'] },
    clients,
  });
  const text = (/** @type {string} */ name) => readFileSync(path.join(all, name), 'utf8');
  const ca = { 'ca.pem': text('ca.pem') };
  const passwords = (/** @type {string[]} */ names) =>
    Object.fromEntries(names.map((name) => [`${name}.password`, password(name)]));
  const url = (/** @type {string} */ role, database = role) =>
    `postgres://${role}:${password(role)}@postgres:5432/${database}`;
  const hand = (/** @type {string} */ to, /** @type {Record<string, string>} */ files) =>
    handOut(path.join(folder, to), ACCOUNTS[to] ?? 1000, files);

  hand('kafka', { ...ca, 'broker.pem': text('broker.pem') });
  hand('kafka-users', { ...ca, 'broker.pem': text('broker.pem'), ...passwords(users) });
  hand('admin', { ...ca, password: password(ADMIN) });
  hand('postgres', { 'postgres.pem': text('postgres.pem'), password: password(SUPERUSER) });
  hand('postgres-roles', { ...ca, 'database-url': url(SUPERUSER, 'postgres'), ...passwords(roles) });
  for (const { service, database, role, migrator } of databases) {
    hand(service, {
      ...ca,
      password: password(service),
      'database-url': url(role, database),
      'database-migration-url': url(migrator, database),
    });
  }
  hand('notification-service', { 'webhook-encryption-key': text('webhook-encryption-key') });
  for (const client of clients) hand(client, { ...ca, 'client.pem': text(`${client}.pem`) });
  console.log(`Certificates and passwords are in ${folder}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(`There are no certificates and passwords: ${error.message}`);
    process.exitCode = 1;
  });
}
