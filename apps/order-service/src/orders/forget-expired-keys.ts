import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Sweep } from '@orderflow/batching';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

const SWEEP_INTERVAL_MS = 60_000;
const MAX_BATCH = 1_000;

/** Forgets idempotency keys whose time is over, in small steps. Until then nobody takes them for known any more. */
@Injectable()
export class ForgetExpiredKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('IdempotencyKeys');
  private readonly sweep = new Sweep(() => this.execute(), {
    intervalMs: SWEEP_INTERVAL_MS,
    onFailure: ({ message }) => this.logger.warn(`Cannot forget expired keys, trying again: ${message}`),
  });

  constructor(private readonly keys: IdempotencyKeysRepository) {}

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }

  async execute(): Promise<void> {
    while (!this.sweep.isStopped && (await this.keys.forgetExpired(MAX_BATCH)) === MAX_BATCH);
  }
}
