import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { topology } from '../../deploy/topology.mjs';
import { startInfra } from '../test/infra.mjs';

/**
 * @typedef {object} Dependencies
 * @property {string} brokers
 * @property {string} databaseUrl of a user who may create databases
 * @property {() => Promise<void>} stop
 */

/**
 * What `KAFKA_BROKERS` and `DATABASE_URL` name; where one of them is missing, both are started.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<Dependencies>}
 */
export async function provideDependencies({ KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl }) {
  if (brokers && databaseUrl) return { brokers, databaseUrl, stop: async () => {} };
  const { environment, stop } = await startInfra();
  return { brokers: environment.TEST_KAFKA_BROKERS, databaseUrl: environment.TEST_POSTGRES_URL, stop };
}

/**
 * Gives a service a database and a consumer group of its own, so that it does not disturb who else is there.
 * @param {Dependencies} dependencies
 * @param {string} service
 * @param {(variables: Record<string, string>) => Promise<void>} use
 */
export async function withOwnPlace({ brokers, databaseUrl }, service, use) {
  const name = `images_check_${service.replaceAll('-', '_')}_${randomBytes(4).toString('hex')}`;
  const group = `images-check-${service}`;
  const url = new URL(databaseUrl);
  url.pathname = name;
  await inDatabase(databaseUrl, `CREATE DATABASE ${name}`);
  try {
    await inKafka(brokers, (admin) => skipToTheEnd(admin, group));
    await use({ KAFKA_BROKERS: brokers, KAFKA_GROUP_ID: group, DATABASE_URL: url.href });
    await inKafka(brokers, (admin) => admin.deleteGroups([group]));
  } finally {
    await inDatabase(databaseUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/**
 * What happened before is not ours: an inventory would answer every order anew.
 * @param {import('kafkajs').Admin} admin
 * @param {string} groupId
 */
async function skipToTheEnd(admin, groupId) {
  for (const topic of await admin.listTopics()) {
    if (!Object.hasOwn(topology.topics, topic)) continue;
    const offsets = await admin.fetchTopicOffsets(topic);
    const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.setOffsets({ groupId, topic, partitions });
  }
}

/**
 * @param {string} brokers
 * @param {(admin: import('kafkajs').Admin) => Promise<unknown>} work
 */
async function inKafka(brokers, work) {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.ERROR }).admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * @param {string} url
 * @param {string} statement
 */
async function inDatabase(url, statement) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
