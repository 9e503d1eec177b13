import pg from 'pg';
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
    return () =>
      atRest(url.href, async (admin) => {
        await admin.query(`DROP DATABASE ${DATABASE} WITH (FORCE)`);
        await admin.query(`ALTER DATABASE ${BEFORE} RENAME TO ${DATABASE}`);
      });
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
