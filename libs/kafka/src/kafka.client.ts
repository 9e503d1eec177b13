import { Logger } from '@nestjs/common';
import { Kafka, type KafkaConfig, type logCreator, logLevel } from 'kafkajs';
import './kafkajs-timeout.js';

export interface KafkaOptions {
  readonly brokers: readonly string[];
  /** Exactly what brokers see; nothing is appended. */
  readonly clientId: string;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
}

export const KAFKA_OPTIONS = Symbol('KafkaOptions');

/** A kafkajs client whose log goes to Nest's logger. What it reports and then mends by itself is a warning, not an error. */
export function createKafka({ brokers, clientId, ssl, sasl }: KafkaOptions): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ssl,
    sasl,
    connectionTimeout: 3_000,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 },
    logLevel: logLevel.WARN,
    logCreator: toNestLogger,
  });
}

/** Retries are limited on purpose: an unpublished event stays in the outbox, and the consumers' inbox makes repeats harmless. */
const KNOWN_AND_INTENDED = /^Limiting retries for the idempotent producer/;

const toNestLogger: logCreator = () => {
  const logger = new Logger('kafkajs');
  return ({ namespace, log: { message, error, groupId, broker } }) => {
    if (KNOWN_AND_INTENDED.test(message)) return;
    const details = [broker, groupId, error].filter((part) => typeof part === 'string');
    logger.warn(`${namespace}: ${[message, ...details].join(', ')}`);
  };
};
