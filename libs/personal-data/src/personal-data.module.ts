import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Database, type ErasureStep } from '@orderflow/postgres';
import { EraseCustomers } from './erase-customers.js';
import { ErasuresController } from './erasures.controller.js';
import { Erasures } from './erasures.js';

export interface PersonalDataOptions {
  /** In the order in which they are taken: what other tables are written from comes first. */
  readonly steps: readonly ErasureStep[];
  /** How long after an erasure events from before it may still arrive. */
  readonly keepIdMs: number;
}

/** Needs `DatabaseModule` (with `PERSONAL_DATA_MIGRATIONS`) and `IdempotencyModule`. */
@Global()
@Module({})
export class PersonalDataModule {
  static forRoot({ steps, keepIdMs }: PersonalDataOptions): DynamicModule {
    return {
      module: PersonalDataModule,
      controllers: [ErasuresController],
      providers: [
        Erasures,
        {
          provide: EraseCustomers,
          useFactory: (database: Database) => new EraseCustomers(database, steps, keepIdMs),
          inject: [Database],
        },
      ],
      exports: [Erasures],
    };
  }
}
