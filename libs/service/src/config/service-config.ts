import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, Matches, Max, Min } from 'class-validator';
import { ConnectionConfig } from './connection-config.js';
import { Variable } from './variable.js';

const LOG_FORMATS = ['json', 'pretty'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;

/** The variables of every service; a service extends it with its own variables and defaults. */
export abstract class ServiceConfig extends ConnectionConfig {
  @Variable('KAFKA_TOPIC_PARTITIONS', {
    description: 'Partitions of a topic that the service creates',
  })
  @IsInt()
  @Min(1)
  @Max(1000)
  kafkaTopicPartitions: number = 3;

  @Variable('KAFKA_TOPIC_REPLICATION_FACTOR', {
    description: 'Replication factor of a topic that the service creates',
  })
  @IsInt()
  @Min(1)
  @Max(15)
  kafkaTopicReplicationFactor: number = 1;

  @Variable('KAFKA_TOPIC_RETENTION_HOURS', {
    description: 'Retention of a topic that the service creates, in hours',
  })
  @IsInt()
  @Min(1)
  @Max(87_600)
  kafkaTopicRetentionHours: number = 168;

  @Variable('SCHEMA_REGISTRY_URL', {
    description: 'A schema registry, as https://user:password@host/path; plain JSON is published unless set',
    secret: true,
  })
  @IsOptional()
  @Matches(/^https?:\/\/\S+$/, { message: '$property must be an address as https://host/path' })
  schemaRegistryUrl?: string;

  @Variable('SCHEMA_REGISTRY_AUTO_REGISTER', {
    description: 'Whether the service registers the schemas of its events; otherwise they must be registered already',
  })
  @IsBoolean()
  schemaRegistryAutoRegister: boolean = true;

  @Variable('RETRY_MAX_ATTEMPTS', { description: 'Attempts to handle a failing event before it becomes a dead letter' })
  @IsInt()
  @Min(1)
  @Max(100)
  retryMaxAttempts: number = 6;

  @Variable('RETRY_FIRST_DELAY_MS', {
    description: 'Delay before the first retry, in milliseconds; each further delay is four times as long',
  })
  @IsInt()
  @Min(1)
  @Max(3_600_000)
  retryFirstDelayMs: number = 250;

  @Variable('RETRY_MAX_DELAY_MS', { description: 'Longest delay between retries, in milliseconds' })
  @IsInt()
  @Min(1)
  @Max(86_400_000)
  retryMaxDelayMs: number = 30_000;

  @Variable('KILL_SWITCH_KEYS', {
    description: 'Number of keys whose retries run out within the window that trips the kill switch',
  })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  killSwitchKeys: number = 20;

  @Variable('KILL_SWITCH_WINDOW_SECONDS', { description: 'The window of the kill switch, in seconds' })
  @IsInt()
  @Min(1)
  @Max(86_400)
  killSwitchWindowSeconds: number = 60;

  @Variable('OUTBOX_LIMIT', {
    description: 'Maximum number of events that wait for Kafka; beyond it the service accepts no more work',
  })
  @IsInt()
  @Min(1)
  @Max(100_000_000)
  outboxLimit: number = 1_000_000;

  @Variable('PARKING_LIMIT', {
    description: 'Messages that may be parked (retried, dead letters, or behind one); beyond it partitions wait',
  })
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  parkingLimit: number = 100_000;

  @Variable('DEAD_LETTER_RETENTION_DAYS', {
    description: 'How long replayed and discarded dead letters, and the audit, are kept, in days',
  })
  @IsInt()
  @Min(1)
  @Max(36_500)
  deadLetterRetentionDays: number = 90;

  @Variable('OTEL_EXPORTER_OTLP_ENDPOINT', {
    description: 'Base URL of the collector for traces (OTLP over HTTP); no traces unless set',
  })
  @IsOptional()
  @Matches(/^https?:\/\/\S+$/, { message: '$property must be an address as http://host:4318' })
  otelExporterOtlpEndpoint?: string;

  @Variable('OTEL_EXPORTER_OTLP_HEADERS', {
    description: 'Headers for the collector, such as an API key, as name=value, separated by commas',
    secret: true,
  })
  @IsOptional()
  @Matches(/^[^=,\s]+=[^=,][^,]*$/, {
    each: true,
    message: '$property must be name=value, several separated by commas',
  })
  otelExporterOtlpHeaders?: string[];

  @Variable('OTEL_TRACES_SAMPLER_ARG', {
    description: 'Share of the traces that start at the service and are recorded, 0 to 1',
  })
  @IsNumber()
  @Min(0)
  @Max(1)
  otelTracesSamplerArg: number = 1;

  @Variable('TRUST_TRACEPARENT', {
    description:
      'Whether a request continues the trace that its client names; otherwise a new trace has a link to it. Unless set, true with AUTH=none',
  })
  @IsOptional()
  @IsBoolean()
  trustTraceparent?: boolean;

  @Variable('LOG_LEVEL', { description: 'The least severe level that is logged' })
  @IsIn(LOG_LEVELS)
  logLevel: (typeof LOG_LEVELS)[number] = 'log';

  @Variable('LOG_FORMAT', { description: 'Format of log lines; unless set, pretty on a terminal and json otherwise' })
  @IsOptional()
  @IsIn(LOG_FORMATS)
  logFormat?: (typeof LOG_FORMATS)[number];
}
