import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { readAllCodecs } from './codecs.mjs';

readAllCodecs();

/** @typedef {import('kafkajs').Admin} Admin */

export const TOPICS = ['order-events', 'inventory-events'];

/** Which groups consume what, and which types each handles. */
export const GROUPS = {
  'order-service': { 'inventory-events': ['INVENTORY_RESERVED', 'INVENTORY_INSUFFICIENT'] },
  'inventory-service': { 'order-events': ['ORDER_CREATED', 'ORDER_CANCELLED', 'ORDER_FULFILLED'] },
  'notification-service': {
    'order-events': ['ORDER_CREATED', 'ORDER_CANCELLED', 'ORDER_FULFILLED'],
    'inventory-events': ['INVENTORY_RESERVED', 'INVENTORY_INSUFFICIENT'],
  },
};

export const DEAD_LETTER_TOPICS = Object.entries(GROUPS).flatMap(([group, topics]) =>
  Object.keys(topics).map((topic) => `${topic}.${group}.dead-letter`),
);

/** @param {string[]} brokers */
export function connectTo(brokers) {
  return new Kafka({
    brokers,
    clientId: 'chaos',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 20 },
  });
}

/** @param {Kafka} kafka */
export function producerOf(kafka) {
  return kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    metadataMaxAge: 5_000,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
}

/**
 * @param {Kafka} kafka
 * @param {(admin: Admin) => Promise<T>} work
 * @returns {Promise<T>}
 * @template T
 */
export async function withAdmin(kafka, work) {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
