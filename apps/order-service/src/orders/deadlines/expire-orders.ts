import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { Database } from '@orderflow/postgres';
import { CloseOrder } from '../close-order.js';
import type { OrderStatus } from '../domain/order-status.js';
import { OrdersRepository } from '../orders.repository.js';
import { DEADLINES, type Deadlines } from './deadlines.js';

const MAX_BATCH = 100;
/** Orders whose items are reserved. */
const RESERVED = ['CONFIRMED', 'PARTIALLY_FULFILLED'] as const satisfies OrderStatus[];

/**
 * Cancels confirmed orders that nobody has fulfilled in time, or what is left of them, with the reason `EXPIRED`, so that their
 * items become available again. The time is the database's: a replica whose clock is wrong cancels no order too early. Several replicas may run it at
 * once, each with orders of its own. An order that a client closes at the same time has one of the two ends.
 */
@Injectable()
export class ExpireOrders implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Orders');
  private readonly poller: Poller;

  constructor(
    private readonly database: Database,
    private readonly orders: OrdersRepository,
    private readonly closeOrder: CloseOrder,
    @Inject(DEADLINES) private readonly deadlines: Deadlines,
  ) {
    this.poller = new Poller(() => this.execute(), {
      intervalMs: intervalMs(deadlines),
      onFailure: ({ message }) => this.logger.warn(`Could not expire orders; trying again: ${message}`),
    });
  }

  onApplicationBootstrap(): void {
    if (this.deadlines.expirySeconds === undefined) return;
    void this.database.whenReady().then(() => this.poller.start());
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  /** Cancels all orders that are due now. */
  async execute(): Promise<void> {
    const { expirySeconds } = this.deadlines;
    if (expirySeconds === undefined) return;
    for (const status of RESERVED)
      while (!this.poller.isStopped && (await this.expireSome(status, expirySeconds)) === MAX_BATCH);
  }

  private expireSome(status: OrderStatus, seconds: number): Promise<number> {
    return this.database.transaction(async (tx) => {
      const due = await this.orders.lockSince(tx, { status, seconds, limit: MAX_BATCH });
      await this.closeOrder.expireAll(tx, due);
      return due.length;
    });
  }
}

/** A sixtieth of the deadline, from a second to a minute: each run reads the orders that are old enough and not due yet. */
function intervalMs({ expirySeconds = 0 }: Deadlines): number {
  return 1_000 * Math.min(60, Math.max(1, expirySeconds / 60));
}
