import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Kafka } from 'kafkajs';
import type { Databases } from '../../../../testing/chaos/observer/database.ts';
import { producerOf, withAdmin } from '../../../../testing/kafka/connect.ts';
import { GROUP_NAMES, TOPICS, topicsOf } from '../../../../testing/kafka/groups.ts';
import { readTopic } from '../system/topics.js';
import type { ServiceName } from '../system/system.js';

/** The rows of a service's tables, as JSON of Postgres, by table. Tables `…_migrations` say which files have run. */
export type StoredTables = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

interface StoredMessage {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** The state of a stopped system: the rows of its databases, the messages of its topics in Base64, and its groups' offsets. */
export interface StoredSystem {
  readonly storedAt: string;
  readonly tables: Readonly<Record<string, StoredTables>>;
  readonly topics: Readonly<Record<string, readonly StoredMessage[]>>;
  readonly offsets: readonly {
    readonly groupId: string;
    readonly topic: string;
    readonly offsets: readonly string[];
  }[];
}

const PARTITIONS = 3;
const MIGRATIONS: Readonly<Record<string, string>> = {
  outbox: 'libs/messaging/migrations/outbox',
  dead_letter: 'libs/messaging/migrations/dead-letter',
  order_service: 'apps/order-service/migrations',
  inventory_service: 'apps/inventory-service/migrations',
  notification_service: 'apps/notification-service/migrations',
};
const ROOT = new URL('../../../../', import.meta.url);

export async function store(databases: Databases, kafka: Kafka): Promise<StoredSystem> {
  const tables: Record<string, StoredTables> = {};
  for (const service of databases.services) tables[service] = await storeTables(databases, service);
  const topics: Record<string, StoredMessage[]> = {};
  for (const topic of TOPICS) {
    topics[topic] = (await readTopic(kafka, topic)).map(({ partition, key, value, headers }) => {
      const encoded = Object.entries(headers).map(([name, header]) => [name, String(header)]);
      return { partition, key: base64(key), value: base64(value), headers: Object.fromEntries(encoded) };
    });
  }
  return { storedAt: new Date().toISOString(), tables, topics, offsets: await storeOffsets(kafka) };
}

/** Fills existing databases, which must be empty after their migrations of that time, and topics that do not exist yet. */
export async function load(stored: StoredSystem, databases: Databases, kafka: Kafka): Promise<void> {
  const ageMs = Date.now() - Date.parse(stored.storedAt);
  for (const [service, tables] of Object.entries(stored.tables))
    await loadTables(databases, { service, tables, ageMs });
  await loadTopics(stored, kafka);
  await withAdmin(kafka, async (admin) => {
    for (const { groupId, topic, offsets } of stored.offsets) {
      const partitions = offsets.map((offset, partition) => ({ partition, offset }));
      await admin.setOffsets({ groupId, topic, partitions });
    }
  });
}

async function storeTables(databases: Databases, service: string): Promise<StoredTables> {
  const names = await databases.query<{ name: string }>(
    service,
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_name <> 'outbox_relay_lease' ORDER BY table_name`,
  );
  const tables: Record<string, Record<string, unknown>[]> = {};
  for (const { name } of names) {
    const rows = await databases.query<{ row: Record<string, unknown> }>(
      service,
      `SELECT to_jsonb(row) AS row FROM "${name}" AS row ORDER BY row::text`,
    );
    tables[name] = rows.map(({ row }) => row);
  }
  return tables;
}

async function storeOffsets(kafka: Kafka): Promise<StoredSystem['offsets']> {
  return withAdmin(kafka, async (admin) => {
    const stored: StoredSystem['offsets'][number][] = [];
    for (const groupId of GROUP_NAMES) {
      const found = await admin.fetchOffsets({ groupId, topics: topicsOf(groupId) });
      for (const { topic, partitions } of found) {
        const sorted = partitions.toSorted((one, other) => one.partition - other.partition);
        stored.push({ groupId, topic, offsets: sorted.map(({ offset }) => (Number(offset) < 0 ? '0' : offset)) });
      }
    }
    return stored;
  });
}

async function loadTables(
  databases: Databases,
  { service, tables, ageMs }: { readonly service: string; readonly tables: StoredTables; readonly ageMs: number },
): Promise<void> {
  const run = <Row extends object>(sql: string, parameters?: unknown[]) =>
    databases.query<Row>(service as ServiceName, sql, parameters);
  for (const [owner, folder] of Object.entries(MIGRATIONS)) {
    const done = tables[`${owner}_migrations`];
    if (!done) continue;
    await run(
      `CREATE TABLE ${owner}_migrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)`,
    );
    for (const { name } of done) await run(migration(folder, String(name)));
  }
  await run(`TRUNCATE ${Object.keys(tables).map((table) => `"${table}"`)} CASCADE`); // what migrations have written themselves
  for (const [table, rows] of Object.entries(tables)) {
    const [columns] = await run<{ names: string }>(
      `SELECT string_agg(format('%I', column_name), ', ') AS names FROM information_schema.columns
       WHERE table_name = $1 AND is_generated = 'NEVER'`,
      [table],
    );
    await run(
      `WITH unchecked AS (SELECT set_config('session_replication_role', 'replica', true))
       INSERT INTO "${table}" (${columns?.names}) OVERRIDING SYSTEM VALUE
       SELECT ${columns?.names} FROM unchecked, jsonb_populate_recordset(NULL::"${table}", $1)`,
      [JSON.stringify(rows)],
    );
  }
  for (const { shift } of await run<{ shift: string }>(SHIFTS, [ageMs])) await run(shift);
  for (const { restart } of await run<{ restart: string }>(RESTARTS)) await run(restart);
}

/** Statements that restore the age of rows, because keys expire and inbox rows are deleted by age. */
const SHIFTS = `SELECT format('UPDATE %I SET ', table_name)
    || string_agg(format('%1$I = %1$I + %2$L * interval ''1 ms''', column_name, $1::bigint), ', ') AS shift
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' AND table_type = 'BASE TABLE' GROUP BY table_name`;

/** Statements that continue identity columns after the rows. */
const RESTARTS = `SELECT format('SELECT setval(%L, (SELECT coalesce(max(%I), 0) + 1 FROM %I), false)',
    pg_get_serial_sequence(quote_ident(table_name), column_name), column_name, table_name) AS restart
  FROM information_schema.columns
  WHERE table_schema = 'public' AND (is_identity = 'YES' OR column_default LIKE 'nextval%')`;

function migration(folder: string, name: string): string {
  const files = readdirSync(fileURLToPath(new URL(folder, ROOT)));
  const file = files.find((each) => each === `${name}.sql`);
  if (!file) throw new Error(`${folder}/${name}.sql is gone: migrations that have run may not be renamed`);
  return readFileSync(new URL(`${folder}/${file}`, ROOT), 'utf8');
}

async function loadTopics({ topics }: StoredSystem, kafka: Kafka): Promise<void> {
  await withAdmin(kafka, (admin) =>
    admin.createTopics({ topics: Object.keys(topics).map((topic) => ({ topic, numPartitions: PARTITIONS })) }),
  );
  const producer = producerOf(kafka);
  await producer.connect();
  for (const [topic, messages] of Object.entries(topics)) {
    await producer.send({
      topic,
      messages: messages.map(({ partition, key, value, headers }) => {
        return { partition, key: bytes(key), value: bytes(value), headers };
      }),
    });
  }
  await producer.disconnect();
}

const base64 = (content: Buffer | null): string | null => content && content.toString('base64');
const bytes = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text, 'base64'));
