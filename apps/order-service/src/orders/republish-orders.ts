import { Injectable, Logger } from '@nestjs/common';
import { Outbox } from '@orderflow/outbox';
import { Database } from '@orderflow/postgres';
import { announceHistory } from './announce-order.js';
import { OrdersRepository, type RepublishFilter } from './orders.repository.js';

const BATCH = 250;
const MAX_ORDERS = 10_000;

export interface Republished {
  readonly orders: number;
  readonly events: number;
  /** Whether there are more, after `lastOrderId`. */
  readonly remaining: boolean;
  readonly lastOrderId: string | null;
}

/**
 * Publishes the events of orders again, as their histories tell, with the ids that they had: who has handled one drops it.
 * Batches commit one by one, each under the locks of its orders, so that what follows of an order comes after them.
 */
@Injectable()
export class RepublishOrders {
  private readonly logger = new Logger('Orders');

  constructor(
    private readonly database: Database,
    private readonly orders: OrdersRepository,
    private readonly outbox: Outbox,
  ) {}

  /** At most `maxOrders` orders, 10,000 unless given. */
  async execute(filter: RepublishFilter, maxOrders = MAX_ORDERS): Promise<Republished> {
    let done: Republished = { orders: 0, events: 0, remaining: true, lastOrderId: filter.after ?? null };
    while (done.remaining && done.orders < maxOrders) {
      const limit = Math.min(BATCH, maxOrders - done.orders);
      done = await this.republish({ ...filter, after: done.lastOrderId ?? undefined }, limit, done);
    }
    this.logger.warn(`Published ${done.events} events of ${done.orders} orders again, as an operator wished`);
    return done;
  }

  private republish(filter: RepublishFilter, limit: number, before: Republished): Promise<Republished> {
    return this.database.transaction(async (tx) => {
      const orders = await this.orders.lockForRepublishing(tx, filter, limit);
      const events = orders.flatMap(announceHistory);
      await this.outbox.add(tx, events);
      return {
        orders: before.orders + orders.length,
        events: before.events + events.length,
        remaining: orders.length === limit,
        lastOrderId: orders.at(-1)?.orderId ?? before.lastOrderId,
      };
    });
  }
}
