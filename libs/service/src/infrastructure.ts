import type { DynamicModule, Type } from '@nestjs/common';
import { secretOf } from './config/load-config.js';
import type { ServiceConfig } from './config/service-config.js';
import { kafkaSecurityOf } from './kafka-security.js';
import {
  type KafkaOptions,
  MESSAGING_MIGRATIONS,
  MessagingModule,
  type ParkingOptions,
  type PublishedTopic,
  type SchemaRegistryOptions,
  type TopicSettings,
} from '@orderflow/messaging';
import { HealthModule, MetricsModule } from '@orderflow/observability';
import { DatabaseModule, type Migrations } from '@orderflow/postgres';

export interface InfrastructureOptions {
  /** The service's name, as its events give their source. */
  readonly name: string;
  /** The service's own tables; what the libs need is added. */
  readonly migrations: Migrations;
  /** The topics that it tells its events in; those that it listens to are known from its handlers. */
  readonly publishes: readonly PublishedTopic[];
}

/** How often a consumer that the kill switch has stopped tries a single event. */
const TRIAL_EVERY_MS = 10_000;
/** Fewer say little of the rest. */
const FEWEST_FAILING_KEYS = 5;

/** The modules under every service: health, metrics, its database, Kafka, outbox and inbox, and what is set aside. */
export function infrastructure(
  config: ServiceConfig,
  { name, migrations, publishes }: InfrastructureOptions,
): (Type | DynamicModule)[] {
  return [
    HealthModule,
    MetricsModule,
    DatabaseModule.forRoot({
      url: config.databaseUrl,
      poolSize: config.databasePoolSize,
      applicationName: config.kafkaClientId,
      migrations: [...MESSAGING_MIGRATIONS, migrations],
    }),
    MessagingModule.forRoot({
      kafka: kafkaOptionsOf(config),
      publishing: { publishes, schemaRegistry: schemaRegistryOf(config) },
      outbox: {
        source: `/${name}`,
        topicRetentionMs: topicSettingsOf(config).retentionMs,
        maxWaiting: config.outboxLimit,
      },
      consuming: { consumerGroup: config.kafkaGroupId, ...parkingOf(config) },
    }),
  ];
}

function parkingOf(config: ServiceConfig): ParkingOptions {
  return {
    maxWaiting: config.setAsideLimit,
    retentionMs: config.deadLetterRetentionDays * 86_400_000,
    schedule: {
      maxAttempts: config.retryMaxAttempts,
      firstDelayMs: config.retryFirstDelayMs,
      maxDelayMs: config.retryMaxDelayMs,
    },
    killSwitch: {
      keys: config.killSwitchKeys,
      failingKeys: Math.max(FEWEST_FAILING_KEYS, config.killSwitchKeys / 4),
      windowMs: config.killSwitchWindowSeconds * 1_000,
      trialEveryMs: TRIAL_EVERY_MS,
    },
  };
}

function kafkaOptionsOf(config: ServiceConfig): KafkaOptions {
  return {
    brokers: config.kafkaBrokers,
    clientId: config.kafkaClientId,
    ...kafkaSecurityOf(config),
  };
}

function schemaRegistryOf(config: ServiceConfig): SchemaRegistryOptions | undefined {
  const url = secretOf(config, 'schemaRegistryUrl');
  return url && { url, autoRegister: config.schemaRegistryAutoRegister };
}

export function topicSettingsOf(config: ServiceConfig): TopicSettings {
  return {
    partitions: config.kafkaTopicPartitions,
    replicationFactor: config.kafkaTopicReplicationFactor,
    retentionMs: config.kafkaTopicRetentionHours * 3_600_000,
  };
}
