/**
 * What a secured Kafka and its clients prove themselves by: an authority, certificates of it, and passwords.
 *
 *   node deploy/kafka/secrets.mjs FOLDER     makes, once, those of compose.secure.yml in FOLDER/all, and gives each container its own
 *                                            part, as FOLDER/<its name>
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { topology } from '../topology.mjs';
import { companions } from './acls.mjs';

const VALID_MS = 10 * 365 * 86_400_000;

/** May do everything: the operator's user. */
export const ADMIN = 'admin';

/**
 * Makes what is missing as a whole: an authority, which is then forgotten; the brokers' certificate, in the name of the first
 * host; a password for the admin and each user; and a certificate for each client.
 * @param {string} folder
 * @param {{ users: string[], hosts?: string[], clients?: string[] }} names
 */
export async function ensureSecrets(folder, { users, hosts = ['localhost'], clients = [] }) {
  const everybody = [ADMIN, ...users];
  const file = (/** @type {string} */ name) => path.join(folder, name);
  const caFile = file('ca.pem');
  if (!existsSync(caFile)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const authority = await newAuthority();
    await writeSecret(file('broker.pem'), await authority.certify(hosts[0] ?? 'localhost', hosts));
    for (const client of clients) await writeSecret(file(`${client}.pem`), await authority.certify(client, []));
    for (const user of everybody) await writeSecret(file(`${user}.password`), randomBytes(24).toString('base64url'));
    await writeFile(file('ca.new'), authority.certificate);
    await rename(file('ca.new'), caFile); // last: it stands for the whole
  }
  const passwordFile = (/** @type {string} */ user) => file(`${user}.password`);
  return {
    users: everybody,
    caFile,
    keystoreFile: file('broker.pem'),
    passwordFile,
    password: (/** @type {string} */ user) => readFileSync(passwordFile(user), 'utf8'),
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
     * @param {string[]} hosts
     * @returns {Promise<string>} key, certificate and the authority's, as Kafka wants them in one file
     */
    certify: async (name, hosts) => {
      const { private: key, cert } = await generate(named(name), {
        ...common,
        ca: { key: authority.private, cert: authority.cert },
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: hosts.length > 0, clientAuth: true },
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

/**
 * Each container mounts its own part alone; whoever it runs as can read that.
 * @param {string} folder
 * @param {string} name
 * @param {[from: string, to?: string][]} files
 */
function handOut(folder, name, files) {
  mkdirSync(path.join(folder, name), { recursive: true });
  for (const [from, to = from] of files) {
    const target = path.join(folder, name, to);
    copyFileSync(path.join(folder, 'all', from), target);
    chmodSync(target, 0o444);
  }
}

/** @param {string[]} args */
async function main([folder]) {
  if (!folder) throw new Error('name the folder: node deploy/kafka/secrets.mjs FOLDER');
  const clients = Object.keys(companions);
  const { users } = await ensureSecrets(path.join(folder, 'all'), {
    users: topology.services.map(({ name }) => name),
    hosts: ['kafka', 'localhost'],
    clients,
  });
  /** @type {[string][]} */
  const passwords = users.map((user) => [`${user}.password`]);
  handOut(folder, 'kafka', [['ca.pem'], ['broker.pem'], ...passwords]);
  for (const user of users) handOut(folder, user, [['ca.pem'], [`${user}.password`, 'password']]);
  for (const client of clients) handOut(folder, client, [['ca.pem'], [`${client}.pem`, 'client.pem']]);
  console.log(`Certificates and passwords are in ${folder}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(`There are no certificates and passwords: ${error.message}`);
    process.exitCode = 1;
  });
}
