import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  MinLength,
  ValidateIf,
} from 'class-validator';
import { IsDatabaseUrl } from './database-url.js';
import { AreHostNames, AreHostsAndPorts, IsListenAddress } from './host-names.js';
import { Variable } from './variable.js';

const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'] as const;
const LOG_FORMATS = ['json', 'pretty'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;

/** The variables of every service; a service extends it with its own variables and defaults. */
export abstract class ServiceConfig {
  @Variable('PORT', { description: 'TCP port of the HTTP interface' })
  @IsInt()
  @Min(1)
  @Max(65535)
  port: number = 3000;

  @Variable('HOST', { description: 'Address that the HTTP interface listens on; 0.0.0.0 or :: for all' })
  @IsListenAddress()
  host: string = '127.0.0.1';

  @Variable('ALLOWED_HOSTS', {
    description: 'Names that requests may give as Host, beside localhost and addresses; .name for those below it too',
  })
  @AreHostNames()
  allowedHosts: string[] = [];

  @Variable('HTTP_MAX_CONNECTIONS', { description: 'Connections of HTTP clients, at most; others are closed at once' })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  httpMaxConnections: number = 1_000;

  @Variable('DATABASE_URL', {
    description: 'The service’s own PostgreSQL database, as postgres://user:password@host:port/name',
    secret: true,
  })
  @IsDatabaseUrl()
  databaseUrl!: string;

  @Variable('DATABASE_POOL_SIZE', { description: 'Connections to the database, at most, beside the one that listens' })
  @IsInt()
  @Min(2)
  @Max(200)
  databasePoolSize: number = 10;

  @Variable('KAFKA_BROKERS', {
    description: 'Kafka’s bootstrap brokers as host:port, separated by commas; IPv6 as [::1]:9092',
  })
  @ArrayNotEmpty()
  @AreHostsAndPorts()
  kafkaBrokers!: string[];

  @Variable('KAFKA_CLIENT_ID', { description: 'Client id that brokers see; the service’s name unless set' })
  @IsString()
  @MinLength(1)
  kafkaClientId!: string;

  @Variable('KAFKA_GROUP_ID', { description: 'Consumer group; the service’s name unless set; part of topic names' })
  @Matches(/^[a-zA-Z0-9._-]{1,200}$/, {
    message: '$property must be 1 to 200 letters, digits, dots, underscores and hyphens, as in the name of a topic',
  })
  kafkaGroupId!: string;

  @Variable('KAFKA_SSL', { description: 'Whether to talk TLS to the brokers' })
  @IsBoolean()
  kafkaSsl: boolean = false;

  @Variable('KAFKA_SSL_CA', {
    description: 'The CA’s certificate in PEM, where it is not one of Node’s own',
    secret: true,
  })
  @IsOptional()
  @Matches(/-----BEGIN CERTIFICATE-----/, { message: '$property must be a certificate in PEM' })
  kafkaSslCa?: string;

  @Variable('KAFKA_SSL_CERT', {
    description: 'The client’s certificate in PEM, where the brokers want one; needs KAFKA_SSL_KEY',
    secret: true,
  })
  @ValidateIf((config: ServiceConfig) => config.kafkaSslCert !== undefined || config.kafkaSslKey !== undefined)
  @Matches(/-----BEGIN CERTIFICATE-----/, { message: '$property must be a certificate in PEM' })
  kafkaSslCert?: string;

  @Variable('KAFKA_SSL_KEY', { description: 'The key of the client’s certificate, in PEM', secret: true })
  @ValidateIf((config: ServiceConfig) => config.kafkaSslCert !== undefined || config.kafkaSslKey !== undefined)
  @Matches(/-----BEGIN [A-Z ]*PRIVATE KEY-----/, { message: '$property must be a private key in PEM' })
  kafkaSslKey?: string;

  @Variable('KAFKA_SASL_MECHANISM', { description: 'SASL mechanism; no SASL unless set' })
  @IsOptional()
  @IsIn(SASL_MECHANISMS)
  kafkaSaslMechanism?: (typeof SASL_MECHANISMS)[number];

  @Variable('KAFKA_SASL_USERNAME', { description: 'SASL user, or OAuth client id; needed with a mechanism' })
  @ValidateIf((config: ServiceConfig) => config.kafkaSaslMechanism !== undefined)
  @IsString()
  kafkaSaslUsername?: string;

  @Variable('KAFKA_SASL_PASSWORD', {
    description: 'SASL password, or OAuth client secret; needed with a mechanism',
    secret: true,
  })
  @ValidateIf((config: ServiceConfig) => config.kafkaSaslMechanism !== undefined)
  @IsString()
  kafkaSaslPassword?: string;

  @Variable('KAFKA_SASL_OAUTH_TOKEN_URL', {
    description: 'Where oauthbearer gets its tokens, by the client-credentials grant; needed with it',
  })
  @ValidateIf((config: ServiceConfig) => config.kafkaSaslMechanism === 'oauthbearer')
  @Matches(/^https?:\/\/\S+$/, { message: '$property must be an address as https://host/path' })
  kafkaSaslOauthTokenUrl?: string;

  @Variable('KAFKA_SASL_OAUTH_SCOPE', { description: 'The scope that oauthbearer asks for' })
  @IsOptional()
  @IsString()
  kafkaSaslOauthScope?: string;

  @Variable('KAFKA_TOPIC_PARTITIONS', {
    description: 'Partitions of a topic, when the service makes it',
  })
  @IsInt()
  @Min(1)
  @Max(1000)
  kafkaTopicPartitions: number = 3;

  @Variable('KAFKA_TOPIC_REPLICATION_FACTOR', {
    description: 'Copies of each partition, when the service makes a topic',
  })
  @IsInt()
  @Min(1)
  @Max(15)
  kafkaTopicReplicationFactor: number = 1;

  @Variable('KAFKA_TOPIC_RETENTION_HOURS', {
    description: 'How long topics keep events, in hours, when the service makes them',
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
    description: 'Whether the service registers the schemas of its events; else they have to be there',
  })
  @IsBoolean()
  schemaRegistryAutoRegister: boolean = true;

  @Variable('RETRY_MAX_ATTEMPTS', { description: 'How often a failing event is tried before it is a dead letter' })
  @IsInt()
  @Min(1)
  @Max(100)
  retryMaxAttempts: number = 6;

  @Variable('RETRY_FIRST_DELAY_MS', {
    description: 'Wait before the first retry, in milliseconds; each next is four times as long',
  })
  @IsInt()
  @Min(1)
  @Max(3_600_000)
  retryFirstDelayMs: number = 250;

  @Variable('RETRY_MAX_DELAY_MS', { description: 'Longest wait between retries, in milliseconds' })
  @IsInt()
  @Min(1)
  @Max(86_400_000)
  retryMaxDelayMs: number = 30_000;

  @Variable('KILL_SWITCH_KEYS', {
    description: 'So many keys whose retries run out within the window stop the consumer, until a single event works',
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

  @Variable('OUTBOX_LIMIT', { description: 'Events that may wait for Kafka; beyond it the service takes no more work' })
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
    description: 'Base address of the collector that traces are sent to, by OTLP over HTTP; no traces unless set',
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
    description: 'Share of the traces that begin at the service and are recorded, 0 to 1',
  })
  @IsNumber()
  @Min(0)
  @Max(1)
  otelTracesSamplerArg: number = 1;

  @Variable('LOG_LEVEL', { description: 'The least severe level that is logged' })
  @IsIn(LOG_LEVELS)
  logLevel: (typeof LOG_LEVELS)[number] = 'log';

  @Variable('LOG_FORMAT', { description: 'What log lines look like; pretty on a terminal, else json, unless set' })
  @IsOptional()
  @IsIn(LOG_FORMATS)
  logFormat?: (typeof LOG_FORMATS)[number];
}
