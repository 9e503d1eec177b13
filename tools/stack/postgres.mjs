import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runQuietly } from './command.mjs';
import { Failure } from './failure.mjs';
import { assertReachable, serverAccount } from './postgres-account.mjs';
import { findPostgres } from './postgres-binaries.mjs';
import { reasonOf } from './postgres-initdb-reason.mjs';
import { startGroup } from './process-group.mjs';
import { createRoles, secureCluster } from './secure-postgres.mjs';
import { waitUntilUp } from './wait-until-up.mjs';

const INITDB = fileURLToPath(new URL('postgres-initdb.mjs', import.meta.url));
/** Generous: after a kill it recovers first, and the machine may be busy. */
const START_TIMEOUT_MS = 180_000;

/**
 * Starts PostgreSQL on localhost; makes the cluster the first time and whatever database is missing each time.
 * @param {object} options
 * @param {string} options.dataDir kept between starts; may be used by one server at a time
 * @param {number} options.port
 * @param {string[]} options.databases
 * @param {string} [options.user] its superuser; this and the password count when the cluster is made
 * @param {string} [options.password]
 * @param {boolean} [options.survivesPowerLoss] false: faster, and still safe when only the server is killed
 * @param {import('../../deploy/secrets.mjs').Secrets} [options.security] TLS alone, and for each service's database two roles; the password is the superuser's
 * @param {Record<string, string>} [options.settings] of the server, beside what it needs
 * @param {string} [options.logFile] appended to; `postgres.log` beside the data unless given
 * @throws {Failure} when it does not answer within three minutes or exits before
 */
export async function startPostgres({
  dataDir,
  port,
  databases,
  user = 'orderflow',
  survivesPowerLoss = true,
  security,
  password = security?.password(user) ?? 'orderflow',
  settings: further = {},
  logFile = path.join(dataDir, '../postgres.log'),
}) {
  const url = (/** @type {string} */ database) => `postgres://${user}:${password}@localhost:${port}/${database}`;
  const { postgres } = await findPostgres();
  await mkdir(path.dirname(dataDir), { recursive: true });
  await assertReachable(postgres);
  await assertReachable(dataDir);
  if (!existsSync(dataDir)) await makeCluster({ dataDir, user, password });
  await removeForeignLock(dataDir);
  const account = await serverAccount();
  const secured = security ? await secureCluster(dataDir, security, account) : {};
  const all = { ...settings(survivesPowerLoss), ...secured, ...further };
  const args = ['-D', dataDir, '-p', String(port), ...asArguments(all)];
  const output = { file: logFile };
  // SIGINT: a shutdown that does not wait for clients
  const group = startGroup(postgres, args, { name: 'postgres', stopSignal: 'SIGINT', output, ...account });
  const ca = security && (await readFile(security.caFile, 'utf8'));
  const probe = () => createDatabases(url('postgres'), databases, ca);
  await waitUntilUp({ what: `Postgres on port ${port}`, group, probe, timeoutMs: START_TIMEOUT_MS, logFile });
  if (security) await createRoles({ url, databases, security });
  return {
    port,
    url,
    pid: group.pid,
    exited: group.exited,
    /** Shuts down in order, ending the connections; by force after a while. */
    stop: () => group.stop(),
    /** Ends it as a crash would. */
    kill: () => group.kill(),
  };
}

/**
 * The folder appears complete or not at all.
 * @param {{ dataDir: string, user: string, password: string }} options
 */
async function makeCluster({ dataDir, user, password }) {
  const databaseDir = `${dataDir}.new`;
  await rm(databaseDir, { recursive: true, force: true });
  try {
    const env = { ...process.env, ORDERFLOW_CLUSTER: JSON.stringify({ databaseDir, user, password }) };
    await runQuietly(process.execPath, [INITDB], { name: 'initdb', env });
  } catch (error) {
    throw new Failure(`Postgres cannot make its data folder: ${reasonOf(String(/** @type {Error} */ (error).cause))}`);
  }
  await rename(databaseDir, dataDir);
}

/** @param {boolean} survivesPowerLoss */
function settings(survivesPowerLoss) {
  return {
    listen_addresses: 'localhost',
    unix_socket_directories: '',
    max_connections: 200,
    autovacuum_naptime: '5s', // keeps the outboxes small, see ADR 0005
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(survivesPowerLoss ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
}

/** @param {Record<string, string | number>} values */
const asArguments = (values) => Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/**
 * A server that was killed leaves its lock file. Postgres itself sees that its process is gone, unless another program
 * has got the same process id since.
 * @param {string} dataDir
 */
async function removeForeignLock(dataDir) {
  const lock = path.join(dataDir, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = String(parseInt(await readFile(lock, 'utf8'))); // the first line
  const command = await promisify(execFile)('ps', ['-o', 'args=', '-p', pid]).catch(() => ({ stdout: '' }));
  if (command.stdout && !command.stdout.includes(dataDir)) await rm(lock);
}

/**
 * @param {string} connectionString
 * @param {string[]} databases
 * @param {string} [ca]
 * @returns {Promise<string | undefined>} why the server does not take connections (yet); undefined when all is done
 */
async function createDatabases(connectionString, databases, ca) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString, ssl: ca ? { ca } : undefined, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    const { message, code } = /** @type {NodeJS.ErrnoException} */ (error);
    return message || code;
  }
  try {
    const { rows } = await client.query('SELECT datname FROM pg_database');
    const present = new Set(rows.map((row) => row.datname));
    for (const name of databases) {
      if (!present.has(name)) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    }
    return undefined;
  } finally {
    await client.end();
  }
}
