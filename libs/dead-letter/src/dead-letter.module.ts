import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Outbox } from '@orderflow/outbox';
import { Database, type Migrations } from '@orderflow/postgres';
import { DeadLetterTopic } from './dead-letter.topic.js';
import { Retrier } from './retrier.js';
import { SetAside, type SetAsideOptions } from './set-aside.js';
import { SetAsideRepository } from './set-aside.repository.js';

export interface DeadLetterOptions extends SetAsideOptions {
  readonly consumerGroup: string;
}

/** The tables of what is set aside, for the service's `DatabaseModule`. */
export const DEAD_LETTER_MIGRATIONS: Migrations = {
  owner: 'dead_letter',
  folder: new URL('../migrations', import.meta.url),
};

/** Needs `DatabaseModule` (with {@link DEAD_LETTER_MIGRATIONS}) and `OutboxModule`. */
@Global()
@Module({})
export class DeadLetterModule implements OnApplicationShutdown {
  static forRoot({ consumerGroup, ...options }: DeadLetterOptions): DynamicModule {
    const repository = new SetAsideRepository(consumerGroup);
    const topic = {
      provide: DeadLetterTopic,
      inject: [Outbox],
      useFactory: (outbox: Outbox) => new DeadLetterTopic(consumerGroup, outbox),
    };
    return {
      module: DeadLetterModule,
      providers: [
        topic,
        {
          provide: SetAside,
          inject: [Database, DeadLetterTopic],
          useFactory: (database: Database, deadLetters: DeadLetterTopic) =>
            new SetAside(consumerGroup, database, repository, deadLetters, options),
        },
        {
          provide: Retrier,
          inject: [Database, DeadLetterTopic],
          useFactory: (database: Database, deadLetters: DeadLetterTopic) =>
            new Retrier(database, repository, deadLetters, options.schedule),
        },
      ],
      exports: [SetAside, Retrier],
    };
  }

  constructor(private readonly retrier: Retrier) {}

  onApplicationShutdown(): Promise<void> {
    return this.retrier.stop();
  }
}
