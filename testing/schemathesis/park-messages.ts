import pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { services } from '../../tools/stack/environment.mjs';
import { Failure } from '../../tools/stack/failure.mjs';
import { connectTo, producerOf } from '../kafka/connect.ts';
import { deadLetterTopic, TOPICS, topicsOf } from '../kafka/groups.ts';

/** Of each topic and service. */
const COPIES = 20;
const PATIENCE_MS = 60_000;

interface System {
  readonly kafka: string;
  readonly databaseUrl: (database: string) => string;
  readonly running: readonly { readonly name: string; readonly port: number }[];
}

/** Gives every service dead letters and rejected events, so that the operator's routes have something to work on. */
export async function parkMessages({ kafka, databaseUrl, running }: System): Promise<void> {
  const producer = producerOf(connectTo([kafka]));
  await producer.connect();
  for (const topic of TOPICS) await producer.send({ topic, messages: poison(topic) });
  await producer.disconnect();
  for (const { name, database } of services) await rejectEvents(name, databaseUrl(database));
  const deadline = Date.now() + PATIENCE_MS;
  for (const { name, port } of running) await hasParked(name, `http://127.0.0.1:${port}`, deadline);
}

/** Messages of a handled type without its required data. */
function poison(topic: string) {
  const ce_type = topic === 'order-events' ? 'ORDER_CREATED' : 'INVENTORY_RESERVED';
  return Array.from({ length: COPIES }, (_, n) => {
    const headers = { ce_id: `${topic}-${n}`, ce_source: '/schemathesis', ce_type };
    return { key: `poison-${n}`, value: '{}', headers };
  });
}

/** Outgoing messages that Kafka has rejected and would accept now, for a topic that no service reads. */
async function rejectEvents(service: string, connectionString: string) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const [topic = ''] = topicsOf(service).map((each) => deadLetterTopic(each, service));
  await client.query(
    `INSERT INTO outbox (topic, key, headers, value, relay_after, rejection, rejections)
     SELECT $1, convert_to(n::text, 'UTF8'), '{}', '{}', now() + interval '1 day', 'MESSAGE_TOO_LARGE', 1
     FROM generate_series(1, $2::int) AS n`,
    [topic, COPIES],
  );
  await client.end();
}

async function hasParked(service: string, url: string, deadline: number) {
  const expected = topicsOf(service).length * COPIES;
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/dead-letters?status=OPEN&limit=200`);
    const { data } = (await response.json()) as { data: unknown[] };
    if (data.length === expected) return;
    await delay(100);
  }
  throw new Failure(`${service} has no dead letters`);
}
