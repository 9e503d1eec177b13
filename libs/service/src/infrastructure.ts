import type { DynamicModule, Type } from '@nestjs/common';
import type { ServiceConfig } from '@orderflow/config';
import { KafkaModule, type KafkaOptions } from '@orderflow/kafka';
import { HealthModule } from '@orderflow/observability';
import { OUTBOX_MIGRATIONS, OutboxModule } from '@orderflow/outbox';
import { DatabaseModule, type Migrations } from '@orderflow/postgres';

export interface InfrastructureOptions {
  /** The service's name, as its events give their source. */
  readonly name: string;
  /** The service's own tables; what the libs need is added. */
  readonly migrations: Migrations;
  /** Whether it tells other services anything; else it has no outbox to relay. */
  readonly publishes: boolean;
}

/** The modules under every service: health, its database with the inbox, Kafka, and the outbox where it publishes. */
export function infrastructure(
  config: ServiceConfig,
  { name, migrations, publishes }: InfrastructureOptions,
): (Type | DynamicModule)[] {
  return [
    HealthModule,
    DatabaseModule.forRoot({
      url: config.databaseUrl,
      poolSize: config.databasePoolSize,
      applicationName: config.kafkaClientId,
      migrations: [OUTBOX_MIGRATIONS, migrations],
    }),
    KafkaModule.forRoot(kafkaOptionsOf(config)),
    ...(publishes ? [OutboxModule.forRoot({ source: `/${name}` })] : []),
  ];
}

export function kafkaOptionsOf(config: ServiceConfig): KafkaOptions {
  return {
    brokers: config.kafkaBrokers,
    clientId: config.kafkaClientId,
    ssl: config.kafkaSslCa === undefined ? config.kafkaSsl : { ca: config.kafkaSslCa },
    sasl:
      config.kafkaSaslMechanism === undefined
        ? undefined
        : {
            // One member of kafkajs's union for each mechanism; all three have this shape.
            mechanism: config.kafkaSaslMechanism as 'plain',
            username: config.kafkaSaslUsername ?? '',
            password: config.kafkaSaslPassword ?? '',
          },
  };
}
