import { Global, Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthRegistry } from './health.registry.js';

/** Serves `/health`, `/health/ready` and `/health/live` from what the other modules register. */
@Global()
@Module({
  controllers: [HealthController],
  providers: [{ provide: HealthRegistry, useFactory: () => new HealthRegistry() }],
  exports: [HealthRegistry],
})
export class HealthModule {}
