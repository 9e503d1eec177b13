import { chown, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { databases as all, ensureRoles } from '../../deploy/postgres/roles.mjs';

/** @typedef {import('../../deploy/secrets.mjs').Secrets} Secrets */

const LOGINS = new URL('../../deploy/postgres/pg_hba.conf', import.meta.url);
const KEYSTORE = 'postgres.pem';

/**
 * Puts into the data folder who may log in, and the server's key and certificate.
 * @param {string} dataDir
 * @param {Secrets} security
 * @param {{ uid?: number, gid?: number }} account that the server runs as
 * @returns {Promise<Record<string, string>>} the server's settings
 */
export async function secureCluster(dataDir, { databaseKeystoreFile }, { uid, gid }) {
  const files = { 'pg_hba.conf': await readFile(LOGINS), [KEYSTORE]: await readFile(databaseKeystoreFile) };
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(dataDir, name);
    await writeFile(file, content, { mode: 0o600 });
    if (uid !== undefined && gid !== undefined) await chown(file, uid, gid);
  }
  return { ssl: 'on', ssl_cert_file: KEYSTORE, ssl_key_file: KEYSTORE };
}

/**
 * Each service's database, with a role for the service and one that migrates.
 * @param {{ url: (database: string) => string, databases: string[], security: Secrets }} options
 */
export const createRoles = async ({ url, databases, security: { caFile, password } }) =>
  ensureRoles({
    url,
    ca: await readFile(caFile, 'utf8'),
    of: all.filter(({ database }) => databases.includes(database)),
    password,
  });

/**
 * @param {Secrets} security
 * @param {number} port
 * @param {string} service
 * @returns {Record<string, string>} what the service needs to know to reach its database
 */
export function databaseVariables({ caFile, password }, port, service) {
  const { database, role, migrator } = /** @type {typeof all[number]} */ (all.find((one) => one.service === service));
  const url = (/** @type {string} */ user) => `postgres://${user}:${password(user)}@localhost:${port}/${database}`;
  return { DATABASE_URL: url(role), DATABASE_MIGRATION_URL: url(migrator), DATABASE_SSL_CA_FILE: caFile };
}
