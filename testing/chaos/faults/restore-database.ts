import pg from 'pg';
import { createRoles } from '../../../tools/stack/secure-postgres.mjs';
import { between, type Fault } from './fault.ts';
import type { Client } from 'pg';

const DATABASE = 'notification_service';
const BEFORE = `${DATABASE}_before`;

/**
 * Restores only the notification database, since Kafka has everything that this service needs. What another service loses
 * is lost for good, including accepted orders.
 */
export const restoreDatabase: Fault = {
  name: 'restore-database',
  about: 'the database of notifications is as it was when the fault began, while Kafka has gone on',
  draw: (random) => ({ durationMs: between(random, 60_000, 75_000) }),
  strike: async ({ system }) => {
    const url = new URL(system.urlOfDatabase('notification-service'));
    url.pathname = '/postgres';
    await atRest(url.href, (admin) => admin.query(`CREATE DATABASE ${BEFORE} TEMPLATE ${DATABASE}`));
    return async () => {
      await atRest(url.href, async (admin) => {
        await admin.query(`DROP DATABASE ${DATABASE} WITH (FORCE)`);
        await admin.query(`ALTER DATABASE ${BEFORE} RENAME TO ${DATABASE}`);
      });
      // a copy belongs to who has made it, and lets everybody in
      const { security } = system;
      const urlOf = (database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
      if (security) await createRoles({ url: urlOf, databases: [DATABASE], security });
    };
  },
};

/** Works on the database while no service is connected. */
async function atRest(connectionString: string, work: (admin: Client) => Promise<unknown>) {
  const admin = new pg.Client({ connectionString });
  await admin.connect();
  try {
    await admin.query(`ALTER DATABASE ${DATABASE} WITH ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [DATABASE]);
    await work(admin);
    await admin.query(`ALTER DATABASE ${DATABASE} WITH ALLOW_CONNECTIONS true`);
  } finally {
    await admin.end();
  }
}
