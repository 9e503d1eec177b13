import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

const SWEEP_INTERVAL_MS = 60_000;
const MAX_BATCH = 1_000;

/** Forgets idempotency keys whose time is over, in small steps. Until then nobody takes them for known any more. */
@Injectable()
export class ForgetExpiredKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('IdempotencyKeys');
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly keys: IdempotencyKeysRepository) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Never rejects: what it could not do is done by the next sweep. */
  async sweep(): Promise<void> {
    try {
      while (!this.closed && (await this.keys.forgetExpired(MAX_BATCH)) === MAX_BATCH);
    } catch (error) {
      this.logger.warn(`Cannot forget expired keys, trying again: ${(error as Error).message}`);
    }
  }

  private schedule(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep().finally(() => this.schedule());
    }, SWEEP_INTERVAL_MS);
  }
}
