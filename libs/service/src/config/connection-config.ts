import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  MinLength,
  ValidateIf,
} from 'class-validator';
import { AuthConfig } from './auth-config.js';
import { IsDatabaseUrl } from './database-url.js';
import { AreHostNames, AreHostsAndPorts, AreNetworks, IsListenAddress } from './host-names.js';
import { Variable } from './variable.js';

const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'] as const;

/** How a service is reached, and how it connects to its database and to Kafka. */
export abstract class ConnectionConfig extends AuthConfig {
  @Variable('PORT', { description: 'TCP port of the HTTP interface' })
  @IsInt()
  @Min(1)
  @Max(65535)
  port: number = 3000;

  @Variable('OPERATOR_PORT', {
    description:
      'TCP port of the operators’ routes, which exist there alone then: dead letters, metrics, health details, …',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(65535)
  operatorPort?: number;

  @Variable('HOST', { description: 'Address that the HTTP interface listens on; 0.0.0.0 or :: for all' })
  @IsListenAddress()
  host: string = '127.0.0.1';

  @Variable('ALLOWED_HOSTS', {
    description: 'Names accepted as Host, besides localhost and addresses; .name includes the names below it',
  })
  @AreHostNames()
  allowedHosts: string[] = [];

  @Variable('PUBLIC_BASE_URL', {
    description:
      'Where clients reach the service if a proxy strips a part of their path, as https://host/path or /path',
  })
  @IsOptional()
  @Matches(/^(https?:\/\/[\w.:[\]-]+)?(\/[\w.~%-]+)*$/, {
    message: '$property must be an address as https://host/path, or a path as /path, without a slash at the end',
  })
  publicBaseUrl?: string;

  @Variable('CORS_ORIGINS', {
    description:
      'Origins whose pages may use the service, as https://shop.example, separated by commas; none unless set',
  })
  @Matches(/^https?:\/\/[\w.:[\]-]+$/, {
    each: true,
    message: '$property must be origins as https://shop.example, separated by commas',
  })
  corsOrigins: string[] = [];

  @Variable('RATE_LIMIT_PER_MINUTE', {
    description: 'Requests of a caller per minute and process, beyond which it gets a 429; any number unless set',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  rateLimitPerMinute?: number;

  @Variable('TRUSTED_PROXIES', {
    description: 'Addresses and networks of proxies whose X-Forwarded-For names the client, separated by commas',
  })
  @AreNetworks()
  trustedProxies: string[] = [];

  @Variable('HTTP_MAX_CONNECTIONS', {
    description: 'Maximum number of connections of HTTP clients; further ones are closed at once',
  })
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

  @Variable('DATABASE_MIGRATION_URL', {
    description: 'The same database as a role that may change its tables; DATABASE_URL unless set',
    secret: true,
  })
  @IsOptional()
  @IsDatabaseUrl()
  databaseMigrationUrl?: string;

  @Variable('DATABASE_SSL_CA', {
    description: 'The CA’s certificate in PEM; turns TLS on, as sslmode=verify-full does with Node’s own CAs',
    secret: true,
  })
  @IsOptional()
  @Matches(/-----BEGIN CERTIFICATE-----/, { message: '$property must be a certificate in PEM' })
  databaseSslCa?: string;

  @Variable('DATABASE_POOL_SIZE', {
    description: 'Maximum number of connections to the database, besides the one that listens',
  })
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

  @Variable('KAFKA_SSL', { description: 'Whether to use TLS to the brokers' })
  @IsBoolean()
  kafkaSsl: boolean = false;

  @Variable('KAFKA_SSL_CA', {
    description: 'The CA’s certificate in PEM, unless it is one of Node’s own',
    secret: true,
  })
  @IsOptional()
  @Matches(/-----BEGIN CERTIFICATE-----/, { message: '$property must be a certificate in PEM' })
  kafkaSslCa?: string;

  @Variable('KAFKA_SSL_CERT', {
    description: 'The client’s certificate in PEM, if the brokers require one; needs KAFKA_SSL_KEY',
    secret: true,
  })
  @ValidateIf((config: ConnectionConfig) => config.kafkaSslCert !== undefined || config.kafkaSslKey !== undefined)
  @Matches(/-----BEGIN CERTIFICATE-----/, { message: '$property must be a certificate in PEM' })
  kafkaSslCert?: string;

  @Variable('KAFKA_SSL_KEY', { description: 'The key of the client’s certificate, in PEM', secret: true })
  @ValidateIf((config: ConnectionConfig) => config.kafkaSslCert !== undefined || config.kafkaSslKey !== undefined)
  @Matches(/-----BEGIN [A-Z ]*PRIVATE KEY-----/, { message: '$property must be a private key in PEM' })
  kafkaSslKey?: string;

  @Variable('KAFKA_SASL_MECHANISM', { description: 'SASL mechanism; no SASL unless set' })
  @IsOptional()
  @IsIn(SASL_MECHANISMS)
  kafkaSaslMechanism?: (typeof SASL_MECHANISMS)[number];

  @Variable('KAFKA_SASL_USERNAME', { description: 'SASL user, or OAuth client id; required with a mechanism' })
  @ValidateIf((config: ConnectionConfig) => config.kafkaSaslMechanism !== undefined)
  @IsString()
  kafkaSaslUsername?: string;

  @Variable('KAFKA_SASL_PASSWORD', {
    description: 'SASL password, or OAuth client secret; required with a mechanism',
    secret: true,
  })
  @ValidateIf((config: ConnectionConfig) => config.kafkaSaslMechanism !== undefined)
  @IsString()
  kafkaSaslPassword?: string;

  @Variable('KAFKA_SASL_OAUTH_TOKEN_URL', {
    description: 'Token endpoint for oauthbearer (client-credentials grant); required with it',
  })
  @ValidateIf((config: ConnectionConfig) => config.kafkaSaslMechanism === 'oauthbearer')
  @Matches(/^https?:\/\/\S+$/, { message: '$property must be an address as https://host/path' })
  kafkaSaslOauthTokenUrl?: string;

  @Variable('KAFKA_SASL_OAUTH_SCOPE', { description: 'The scope that oauthbearer requests' })
  @IsOptional()
  @IsString()
  kafkaSaslOauthScope?: string;
}
