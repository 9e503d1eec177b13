import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { roles, SUPERUSER } from '../../../deploy/postgres/roles.mjs';
import { ensureSecrets } from '../../../deploy/secrets.mjs';
import { databaseVariables } from '../../../tools/stack/secure-postgres.mjs';
import { temporaryFolder } from '../../../tools/stack/temporary-folder.mjs';
import { Client } from './system/client.js';
import { eventually } from './system/eventually.js';
import { expectProcessing } from './system/expect-processing.js';
import { type ServiceName, SERVICES, System } from './system/system.js';

const SUBJECT: ServiceName = 'notification-service';
const folder = temporaryFolder();

let security: Awaited<ReturnType<typeof ensureSecrets>>;
let otherCaFile: string;
let system: System;
let client: Client;

beforeAll(async () => {
  system = await System.prepare();
  client = new Client(system);
  security = await ensureSecrets(join(folder, 'security'), { users: [], roles: [SUPERUSER, ...roles] });
  otherCaFile = (await ensureSecrets(join(folder, 'others'), { users: [] })).caFile;
  await Promise.all([system.startKafka(), system.startPostgres(security)]);
  for (const name of SERVICES) system.startService(name, variablesOf(name));
  await system.whenReady();
});

afterAll(async () => {
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

const variablesOf = (name: ServiceName) =>
  databaseVariables(security, Number(new URL(system.databaseUrl(name)).port), name);

const wrongUrl = () => (variablesOf(SUBJECT)['DATABASE_URL'] ?? '').replace(/:[^:@]+@/, ':wrong@');

async function restart(overrides: Record<string, string>): Promise<void> {
  await system.stopService(SUBJECT);
  system.startService(SUBJECT, { ...variablesOf(SUBJECT), ...overrides });
}

/** By the role that the order service works as. */
const asOrderService = (statement: string, options: { database?: string; ssl?: boolean } = {}) =>
  asService('order-service', statement, options);

/** By the role that a service works as. */
async function asService(
  service: ServiceName,
  statement: string,
  { database, ssl = true }: { database?: string; ssl?: boolean } = {},
): Promise<pg.QueryResult> {
  const role = service.replace('-', '_');
  return query(urlOf(role, database ?? role), statement, ssl);
}

function urlOf(role: string, database: string): string {
  const url = new URL(variablesOf(SUBJECT)['DATABASE_URL'] ?? '');
  return Object.assign(url, { username: role, password: security.password(role), pathname: database }).href;
}

async function query(url: string, statement: string, ssl = true): Promise<pg.QueryResult> {
  const ca = readFileSync(security.caFile, 'utf8');
  const connection = new pg.Client({ connectionString: url, ssl: ssl && { ca } });
  await connection.connect();
  return connection.query(statement).finally(() => connection.end());
}

it('processes an order if each service has only the privileges that it needs', async () => {
  await expectProcessing(client);
  expect(system.lines.filter((line) => /permission denied|Cannot receive notifications/.test(line))).toEqual([]);
});

describe('the role of a service', () => {
  it('is connected by TLS, is no superuser, and owns nothing', async () => {
    const { rows } = await asOrderService(
      `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, ssl,
         (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owned
       FROM pg_roles r, pg_stat_ssl WHERE rolname = current_user AND pid = pg_backend_pid()`,
    );
    const not = {
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolbypassrls: false,
    };
    expect(rows).toEqual([{ ...not, ssl: true, owned: 0 }]);
  });

  it('may draw from the sequences that the columns of its tables draw from', async () => {
    const { rows } = await asService('notification-service', `SELECT nextval('contacts_revision_seq')::int AS next`);
    expect(rows).toEqual([{ next: 1 }]);
  });

  it.each([
    'CREATE TABLE mine (n int)',
    'CREATE TEMPORARY TABLE mine (n int)',
    'CREATE SCHEMA mine',
    'ALTER TABLE orders ADD mine int',
    'DROP TABLE orders',
    'TRUNCATE orders',
    'SET ROLE order_migrator',
    'CREATE ROLE mine',
    'SELECT lo_create(0)',
    "SELECT lo_from_bytea(0, 'mine')",
    "INSERT INTO order_service_migrations (name, run_on) VALUES ('0099_mine', now())",
    'DELETE FROM outbox_migrations',
  ])('may not %s', async (statement) => {
    await expect(asOrderService(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  it.each(['inventory_service', 'notification_service', 'postgres', 'template1'])(
    'may not connect to the database %s',
    async (database) => {
      await expect(asOrderService('SELECT 1', { database })).rejects.toThrow(/permission denied for database/);
    },
  );

  it('may not connect without TLS', async () => {
    await expect(asOrderService('SELECT 1', { ssl: false })).rejects.toThrow(/no encryption/);
  });
});

describe('a service', () => {
  it.each([
    ['with the CA of others', () => ({ DATABASE_SSL_CA_FILE: otherCaFile }), 'certificate'],
    ['without TLS', () => ({ DATABASE_SSL_CA_FILE: '' }), 'no encryption'],
    ['with an old password', () => ({ DATABASE_URL: wrongUrl(), DATABASE_MIGRATION_URL: wrongUrl() }), 'password'],
  ])('does not connect %s, says why, and recovers', async (_, overrides, text) => {
    const before = system.lines.length;
    await restart(overrides());
    await eventually(`it says "${text}"`, () => system.lines.slice(before).some((line) => line.includes(text)));
    expect(await system.status(SUBJECT, '/health/live')).toBe(200);
    expect(await system.status(SUBJECT, '/health/ready')).toBe(503);
    await restart({});
    await system.whenReady([SUBJECT]);
  });

  it('needs the role that migrates only while there is something to migrate', async () => {
    await restart({ DATABASE_MIGRATION_URL: '' });
    await system.whenReady([SUBJECT]);
  });

  it('goes on while the roles are set again, which makes a database of an older version like a new one', async () => {
    await query(
      urlOf(SUPERUSER, 'notification_service'),
      `REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM notification_service;
       GRANT INSERT ON outbox_migrations TO notification_service; GRANT EXECUTE ON FUNCTION lo_create TO PUBLIC`,
    );
    const urlFile = join(folder, 'url');
    writeFileSync(urlFile, urlOf(SUPERUSER, 'postgres'));
    const environment = { DATABASE_URL_FILE: urlFile, DATABASE_SSL_CA_FILE: security.caFile };
    const args = ['deploy/postgres/roles.mjs', join(folder, 'security')];
    const options = { cwd: new URL('../../..', import.meta.url), env: { ...process.env, ...environment } };
    expect(execFileSync('node', args, options).toString()).toContain('6 roles are in place');
    await system.whenReady();
    await restart({}); // takes back what its migrations find
    await system.whenReady();
    const { rows } = await asService(
      SUBJECT,
      `SELECT has_sequence_privilege('contacts_revision_seq', 'USAGE') AS draws,
         has_table_privilege('outbox_migrations', 'INSERT') AS migrates,
         has_function_privilege('lo_create(oid)', 'EXECUTE') AS large`,
    );
    expect(rows).toEqual([{ draws: true, migrates: false, large: false }]);
  });

  it('connects as its configuration says, whatever psql is told by', async () => {
    await restart({ PGREPLICATION: 'true', PGOPTIONS: '-c default_transaction_read_only=on', PGPASSWORD: 'wrong' });
    await system.whenReady([SUBJECT]);
    await system.stopService(SUBJECT);
    const exit = await system.runWith(SUBJECT, { ...variablesOf(SUBJECT), PGSSLMODE: 'no-verify' });
    expect(exit.code).toBe(1);
    expect(system.lines.at(-1)).toContain('PGSSLMODE is not supported');
    system.startService(SUBJECT, variablesOf(SUBJECT));
    await system.whenReady([SUBJECT]);
  });

  it('may be told so by its URL, which cannot ask for less than all checks', async () => {
    await system.stopService(SUBJECT);
    const url = variablesOf(SUBJECT)['DATABASE_URL'] ?? '';
    const exit = await system.runWith(SUBJECT, { ...variablesOf(SUBJECT), DATABASE_URL: `${url}?sslmode=require` });
    expect(exit.code).toBe(1);
    expect(system.lines.at(-1)).toContain('DATABASE_URL must say sslmode=verify-full');
    system.startService(SUBJECT, { ...variablesOf(SUBJECT), DATABASE_URL: `${url}?sslmode=verify-full` });
    await system.whenReady([SUBJECT]);
  });
});
