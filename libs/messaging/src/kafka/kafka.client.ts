import { Logger } from '@nestjs/common';
import { Kafka, type logCreator, logLevel } from 'kafkajs';
import { type SecurityOptions, toKafkaJs } from './security/kafka-security.js';
import { withoutColons } from './kafkajs/kafkajs-ipv6.js';
import { socketFactory } from './kafkajs/kafkajs-socket.js';
import './kafkajs/kafkajs-codecs.js';
import './kafkajs/kafkajs-partitions.js';
import './kafkajs/kafkajs-stable-offset.js';
import './kafkajs/kafkajs-timeout.js';
import './kafkajs/kafkajs-undecodable-batch.js';
import './kafkajs/records/kafkajs-record-encoder.js';

export interface KafkaOptions extends SecurityOptions {
  readonly brokers: readonly string[];
  /** The client id as brokers see it; nothing is appended. */
  readonly clientId: string;
}

export const KAFKA_OPTIONS = Symbol('KafkaOptions');

/**
 * A kafkajs client whose log goes to Nest's logger, as `debug`.
 * @param requestTimeoutMs how long a response may take; kafkajs's default is 30 s. A consumer has other bounds.
 */
export function createKafka({ brokers, clientId, ...security }: KafkaOptions, requestTimeoutMs?: number): Kafka {
  return new Kafka({
    brokers: brokers.map(withoutColons),
    clientId,
    ...(requestTimeoutMs ? { requestTimeout: requestTimeoutMs } : {}),
    ...toKafkaJs(security),
    socketFactory,
    connectionTimeout: 3_000,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 },
    logLevel: logLevel.WARN,
    logCreator: toNestLogger,
  });
}

/** In an outage kafkajs logs a page per second; the transport, the relay and health report the failure once. */
const toNestLogger: logCreator = () => {
  const logger = new Logger('kafkajs');
  return ({ namespace, log: { message, error, groupId, broker } }) => {
    const details = [broker, groupId, error].filter((part) => typeof part === 'string');
    logger.debug(`${namespace}: ${[message, ...details].join(', ')}`);
  };
};
