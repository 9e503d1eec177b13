import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Database, type ErasureStep, type ExportPart } from '@orderflow/postgres';
import { EraseCustomers } from './erase-customers.js';
import { ErasuresController } from './erasures.controller.js';
import { Erasures } from './erasures.js';
import { ExportController } from './export.controller.js';
import { ExportCustomer } from './export-customer.js';
import { RunningErasuresMetrics } from './running-erasures.metrics.js';

export interface PersonalDataOptions {
  /** In the order in which they are taken: what other tables are written from comes first. */
  readonly steps: readonly ErasureStep[];
  /** What an export lists, in this order. */
  readonly parts: readonly ExportPart[];
  /** How long after an erasure events from before it may still arrive. */
  readonly keepIdMs: number;
}

/** Needs `DatabaseModule` (with `PERSONAL_DATA_MIGRATIONS`) and `IdempotencyModule`. */
@Global()
@Module({})
export class PersonalDataModule {
  static forRoot({ steps, parts, keepIdMs }: PersonalDataOptions): DynamicModule {
    return {
      module: PersonalDataModule,
      controllers: [ErasuresController, ExportController],
      providers: [
        Erasures,
        RunningErasuresMetrics,
        {
          provide: EraseCustomers,
          useFactory: (database: Database) => new EraseCustomers(database, steps, keepIdMs),
          inject: [Database],
        },
        {
          provide: ExportCustomer,
          useFactory: (database: Database) => new ExportCustomer(database, parts),
          inject: [Database],
        },
      ],
      exports: [Erasures],
    };
  }
}
