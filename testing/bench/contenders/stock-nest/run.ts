import 'reflect-metadata';
import { type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import pg from 'pg';

const client = { brokers: [String(process.env.KAFKA_BROKERS)] };

/** Whoever publishes injects it. */
export const PUBLISHER = 'PUBLISHER';

export const publisher = ClientsModule.register([
  { name: PUBLISHER, transport: Transport.KAFKA, options: { client, producerOnlyMode: true } },
]);

export const database = {
  provide: pg.Pool,
  useFactory: () => new pg.Pool({ connectionString: process.env.DATABASE_URL }),
};

/** Runs a module as a service with HTTP and Nest's own Kafka transport, as its documentation shows it. */
export async function run(module: Type, groupId: string) {
  const app = await NestFactory.create(module, new FastifyAdapter());
  app.connectMicroservice<MicroserviceOptions>({
    transport: Transport.KAFKA,
    options: { client, consumer: { groupId }, subscribe: { fromBeginning: true }, postfixId: '' },
  });
  app.enableShutdownHooks();
  await app.startAllMicroservices();
  await app.listen(Number(process.env.PORT), String(process.env.HOST));
}
