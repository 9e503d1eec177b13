import { type DynamicModule, Module } from '@nestjs/common';
import { Database } from '@orderflow/postgres';
import { NotificationsPurge } from './notifications.purge.js';

@Module({})
export class RetentionModule {
  static forRoot(retentionDays: number | undefined): DynamicModule {
    return {
      module: RetentionModule,
      providers: [
        {
          provide: NotificationsPurge,
          useFactory: (database: Database) => new NotificationsPurge(database, retentionDays),
          inject: [Database],
        },
      ],
    };
  }
}
