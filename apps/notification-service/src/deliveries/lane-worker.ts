import { Logger } from '@nestjs/common';
import { GroupCommit, Pace, Poller, withTimeout } from '@orderflow/concurrency';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryChannel } from '../channels/channel.js';
import type { Lane } from './delivery.js';
import type { DeliveryMetrics } from './delivery.metrics.js';
import type { DeliveryOutcomes, ServedLane } from './delivery-outcomes.js';
import { type DeliveryQueue, LEASE_SECONDS } from './delivery-queue.js';
import type { ServeLane } from './serve-lane.js';
import type { Slots } from './slots.js';

/** If a wake-up is lost, and for what is tried again. */
const POLLING_INTERVAL_MS = 500;
/** Well before the lease ends, so that no other replica sends the same meanwhile. */
const ATTEMPT_MS = (LEASE_SECONDS - 10) * 1_000;
const SHUTDOWN_MS = 5_000;
const RECORD_AGAIN_MS = 500;
/** Under load, fewer statements for more lanes each. */
const PACE = { leastMs: 5, mostMs: 20 };
const MAX_RECORDED = 200;

/** What a worker shares with those of the other channels. */
export interface DeliveryParts {
  readonly queue: DeliveryQueue;
  readonly outcomes: DeliveryOutcomes;
  readonly serveLane: ServeLane;
  readonly metrics: DeliveryMetrics;
}

/** Sends what is due through one channel, on this replica. */
export class LaneWorker {
  private readonly logger = new Logger('Deliveries');
  private readonly pace = new Pace(PACE);
  private isStopping = false;
  /** What is being sent, and how to end it. */
  private readonly serving = new Map<Promise<void>, AbortController>();
  private readonly poller = new Poller(() => this.work(), {
    intervalMs: POLLING_INTERVAL_MS,
    onFailure: ({ message }) => this.logger.warn(`Cannot read what is to be sent; trying again: ${message}`),
  });
  private readonly recorder: GroupCommit<ServedLane, void>;

  constructor(
    private readonly channel: DeliveryChannel,
    private readonly slots: Slots,
    private readonly parts: DeliveryParts,
    private readonly onServed: (served: ServedLane) => void,
  ) {
    const record = async (served: readonly ServedLane[]): Promise<void[]> => {
      await parts.outcomes.record(channel.channel, served);
      return served.map(() => undefined);
    };
    this.recorder = new GroupCommit(record, { maxItems: MAX_RECORDED, maxWaiting: Number.POSITIVE_INFINITY });
  }

  start(): void {
    this.poller.start();
  }

  wake(): void {
    this.poller.wake();
  }

  /** Leases nothing more, and waits a short time for what is being sent; that is ended then, and counts as failed. */
  async stop(): Promise<void> {
    await this.poller.stop();
    await withTimeout(SHUTDOWN_MS, Promise.all(this.serving.keys()));
    this.isStopping = true;
    for (const end of this.serving.values()) end.abort();
    await withTimeout(SHUTDOWN_MS, Promise.all(this.serving.keys()));
  }

  private async work(): Promise<void> {
    for (;;) {
      this.pace.start();
      const limits = this.slots.free;
      if (this.poller.isStopped || limits.working + limits.failing === 0) return;
      const lanes = await this.parts.queue.lease(this.channel.channel, limits);
      for (const lane of lanes) this.begin(lane);
      if (lanes.length < limits.working + limits.failing) return;
      await this.pace.pause();
    }
  }

  private begin(lane: Lane): void {
    const isOverLimit = !this.slots.take(lane);
    const end = new AbortController();
    const served = this.serve(isOverLimit ? { ...lane, deliveries: [] } : lane, end).finally(() => {
      if (!isOverLimit) this.slots.release(lane);
      this.serving.delete(served);
      this.poller.wake();
    });
    this.serving.set(served, end);
  }

  private async serve(lane: Lane, end: AbortController): Promise<void> {
    const timeout = setTimeout(() => end.abort(), ATTEMPT_MS);
    const served = await this.parts.serveLane.execute(this.channel, lane, end.signal);
    clearTimeout(timeout);
    await this.record(served);
    this.onServed(served);
  }

  /** Tries until it succeeds: what is forgotten is sent again. */
  private async record(served: ServedLane): Promise<void> {
    for (;;) {
      try {
        await this.recorder.submit([served]);
        return;
      } catch (error) {
        this.logger.warn(`Cannot record what was sent; trying again: ${(error as Error).message}`);
      }
      if (this.isStopping) return;
      await delay(RECORD_AGAIN_MS);
    }
  }
}
