import { type DynamicModule, Module } from '@nestjs/common';
import { LogLevelController } from './log-level.controller.js';
import { ServiceLogger } from './service.logger.js';

/** Serves `/log-level` for the application's logger. */
@Module({})
export class LogModule {
  static forRoot(logger: ServiceLogger): DynamicModule {
    return {
      module: LogModule,
      controllers: [LogLevelController],
      providers: [{ provide: ServiceLogger, useValue: logger }],
    };
  }
}
