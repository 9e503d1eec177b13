import type { DynamicModule, Type } from '@nestjs/common';
import type { PaceOptions } from '@orderflow/concurrency';
import { secretOf } from './config/load-config.js';
import type { ServiceConfig } from './config/service-config.js';
import { kafkaSecurityOf } from './kafka-security.js';
import { IDEMPOTENCY_MIGRATIONS, idempotencyErasureSteps, IdempotencyModule } from '@orderflow/idempotency';
import {
  type KafkaOptions,
  MESSAGING_EXPORT_PARTS,
  MESSAGING_MIGRATIONS,
  messagingErasureSteps,
  MessagingModule,
  type ParkingOptions,
  type PublishedTopic,
  type SchemaRegistryOptions,
  type TopicSettings,
} from '@orderflow/messaging';
import { HealthModule, MetricsModule } from '@orderflow/observability';
import { PERSONAL_DATA_MIGRATIONS, PersonalDataModule } from '@orderflow/personal-data';
import {
  DatabaseModule,
  type ErasureStep,
  type ExportPart,
  type Migrations,
  type PersonalMembers,
} from '@orderflow/postgres';

export interface InfrastructureOptions {
  /** The service's name, which is the source of its events. */
  readonly name: string;
  /** The service's own migrations; those of the libs are added. */
  readonly migrations: Migrations;
  /** The topics to which it publishes; the topics that it consumes are known from its handlers. */
  readonly publishes: readonly PublishedTopic[];
  /** What it stores of customers. */
  readonly personalData: {
    /** Where its events and responses name them. */
    readonly members: PersonalMembers;
    /** Erase them in the service's own tables; those of the libs follow. */
    readonly steps: readonly ErasureStep[];
    /** What an export lists of its own tables; those of the libs follow. */
    readonly parts: readonly ExportPart[];
  };
  /** The pauses between batches of events under load; short ones unless given. */
  readonly pace?: PaceOptions;
}

/** How often a consumer tries a single event while its kill switch is tripped. */
const TRIAL_EVERY_MS = 10_000;
/** A topic deletes whole segments, so a message can outlive its retention. */
const RETENTION_MARGIN_MS = 24 * 3_600_000;
/** Fewer failing keys say little about the others. */
const MIN_FAILING_KEYS = 5;

/** The modules of every service: health, metrics, database, idempotency keys, personal data, and messaging (Kafka, outbox, inbox, parking). */
export function infrastructure(
  config: ServiceConfig,
  { name, migrations, publishes, personalData, pace }: InfrastructureOptions,
): (Type | DynamicModule)[] {
  return [
    HealthModule,
    MetricsModule,
    DatabaseModule.forRoot({
      url: config.databaseUrl,
      migrationUrl: config.databaseMigrationUrl,
      ca: config.databaseSslCa,
      poolSize: config.databasePoolSize,
      applicationName: config.kafkaClientId,
      migrations: [...MESSAGING_MIGRATIONS, IDEMPOTENCY_MIGRATIONS, PERSONAL_DATA_MIGRATIONS, migrations],
    }),
    IdempotencyModule,
    PersonalDataModule.forRoot({
      steps: [
        ...personalData.steps,
        ...messagingErasureSteps(personalData.members),
        ...idempotencyErasureSteps(personalData.members),
      ],
      parts: [...personalData.parts, ...MESSAGING_EXPORT_PARTS],
      keepIdMs: topicSettingsOf(config).retentionMs + RETENTION_MARGIN_MS,
    }),
    MessagingModule.forRoot({
      kafka: kafkaOptionsOf(config),
      publishing: { publishes, schemaRegistry: schemaRegistryOf(config) },
      outbox: {
        source: `/${name}`,
        topicRetentionMs: topicSettingsOf(config).retentionMs,
        maxWaiting: config.outboxLimit,
      },
      consuming: {
        consumerGroup: config.kafkaGroupId,
        server: { topicSettings: topicSettingsOf(config), ...(pace && { pace }) },
        parking: parkingOf(config),
      },
    }),
  ];
}

function parkingOf(config: ServiceConfig): ParkingOptions {
  return {
    maxParked: config.parkingLimit,
    retentionMs: config.deadLetterRetentionDays * 86_400_000,
    schedule: {
      maxAttempts: config.retryMaxAttempts,
      firstDelayMs: config.retryFirstDelayMs,
      maxDelayMs: config.retryMaxDelayMs,
    },
    killSwitch: {
      keys: config.killSwitchKeys,
      failingKeys: Math.max(MIN_FAILING_KEYS, config.killSwitchKeys / 4),
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

function topicSettingsOf(config: ServiceConfig): TopicSettings {
  return {
    partitions: config.kafkaTopicPartitions,
    replicationFactor: config.kafkaTopicReplicationFactor,
    retentionMs: config.kafkaTopicRetentionHours * 3_600_000,
  };
}
