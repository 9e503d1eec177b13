import { readFileSync } from 'node:fs';
import { Kafka, logLevel, Partitioners, type Admin } from 'kafkajs';
import { ADMIN, type Secrets } from '../../deploy/secrets.mjs';
import { readAllCodecs } from './codecs.ts';

readAllCodecs();

/** @param security of a secured Kafka, to which this connects as the admin */
export function connectTo(brokers: string[], security?: Secrets) {
  return new Kafka({
    brokers,
    ...(security && {
      ssl: { ca: readFileSync(security.caFile) },
      sasl: { mechanism: 'scram-sha-512', username: ADMIN, password: security.password(ADMIN) },
    }),
    clientId: 'chaos',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 20 },
  });
}

export function producerOf(kafka: Kafka) {
  return kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    metadataMaxAge: 5_000,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
}

export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
