import path from 'node:path';
import type { Admin } from 'kafkajs';
import pg from 'pg';
import { services } from '../../tools/stack/environment.mjs';
import { Failure } from '../../tools/stack/failure.mjs';
import { startKafka } from '../../tools/stack/kafka.mjs';
import { freePort, poll } from '../../tools/stack/ports.mjs';
import { startPostgres } from '../../tools/stack/postgres.mjs';
import { temporaryFolder } from '../../tools/stack/temporary-folder.mjs';
import { connectTo, withAdmin } from '../kafka/connect.ts';
import { startCollector } from '../overhead/collector.ts';
import { startIssuer } from './issuer.ts';
import { jmxOptions } from './figures/kafka-requests.ts';

const STATISTICS = { shared_preload_libraries: 'pg_stat_statements' };

/** Longer than the session of a member that left without a word. */
const LEAVE_MS = 60_000;

export type Stage = Awaited<ReturnType<typeof setStage>>;

/**
 * What all contenders use in turn: one Kafka, one Postgres with `pg_stat_statements`, a collector that drops its spans, and an
 * issuer of tokens.
 * @param logs the folder for the contenders' logs
 */
export async function setStage(logs: string) {
  const folder = temporaryFolder();
  const [collector, issuer] = [await startCollector(), await startIssuer()];
  const [port, jmxPort] = [await freePort(), await freePort()];
  const kafka = await startKafka({ dataDir: path.join(folder, 'kafka'), port, javaOptions: jmxOptions(jmxPort) });
  const dataDir = path.join(folder, 'postgres');
  const postgres = await startPostgres({ dataDir, port: await freePort(), databases: [], settings: STATISTICS });
  const admin = new pg.Client({ connectionString: postgres.url('postgres'), application_name: 'bench' });
  admin.on('error', () => undefined); // Postgres is stopped before it if the bench is
  await admin.connect();
  await admin.query('CREATE EXTENSION pg_stat_statements');
  return {
    logs,
    kafka,
    /** of Kafka's metrics */
    jmxPort,
    postgres,
    collector,
    issuer,
    /** connected to a database that no contender uses */
    admin,
    /** Empties both for the next contender, none of whose processes may run any more. */
    clear: async () => {
      for (const { database } of services) await emptyDatabase(admin, database);
      await deleteTopics(kafka.brokers);
    },
    close: async () => {
      await admin.end();
      collector.close();
      issuer.close();
      await Promise.all([kafka.stop(), postgres.stop()]);
    },
  };
}

async function emptyDatabase(admin: pg.Client, database: string) {
  await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${database}`);
}

/** @returns false while a member has not left its group yet */
async function deleteGroups(admin: Admin): Promise<boolean> {
  const { groups } = await admin.listGroups();
  if (groups.length === 0) return true;
  return admin.deleteGroups(groups.map(({ groupId }) => groupId)).then(
    () => true,
    () => false,
  );
}

const deleteTopics = (brokers: string) =>
  withAdmin(connectTo([brokers]), async (admin) => {
    if (!(await poll(() => deleteGroups(admin), { timeoutMs: LEAVE_MS })))
      throw new Failure('a group does not get empty');
    const topics = (await admin.listTopics()).filter((topic) => !topic.startsWith('__'));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  });
