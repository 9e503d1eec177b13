import type { Kafka } from 'kafkajs';
import { withAdmin } from '../../../../testing/kafka/connect.ts';
import { DEAD_LETTER_TOPICS, TOPICS } from '../../../../testing/kafka/groups.ts';
import type { Databases } from '../../../../testing/chaos/observer/database.ts';

/** The relay's lease changes all the time. */
const NO_STATE = 'outbox_relay_lease';
const TABLES = `SELECT table_name AS name FROM information_schema.tables
                WHERE table_schema = 'public' AND table_name <> '${NO_STATE}' ORDER BY table_name`;

/** Every row of every table of all services, as sorted text. */
export async function dumpTables(databases: Databases): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {};
  for (const service of databases.services) {
    for (const { name } of await databases.query<{ name: string }>(service, TABLES)) {
      const sql = `SELECT to_jsonb(row)::text AS row FROM "${name}" AS row ORDER BY 1`;
      const rows = await databases.query<{ row: string }>(service, sql);
      dump[`${service}: ${name}`] = rows.map(({ row }) => row);
    }
  }
  return dump;
}

/** The end offset of each partition of every topic. */
export function readEnds(kafka: Kafka): Promise<Record<string, string>> {
  return withAdmin(kafka, async (admin) => {
    const ends: Record<string, string> = {};
    for (const topic of [...TOPICS, ...DEAD_LETTER_TOPICS]) {
      for (const { partition, high } of await admin.fetchTopicOffsets(topic)) ends[`${topic}[${partition}]`] = high;
    }
    return ends;
  });
}
