import { Injectable, Logger } from '@nestjs/common';
import { Outbox, republish } from '@orderflow/messaging';
import { Database } from '@orderflow/postgres';
import { announceHistory } from './announce-order.js';
import { OrdersRepository, type RepublishFilter } from './orders.repository.js';

export interface RepublishedOrders {
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
  async execute(filter: RepublishFilter, maxOrders?: number): Promise<RepublishedOrders> {
    const { keys, events, remaining, lastKey } = await republish(
      { database: this.database, outbox: this.outbox },
      {
        find: (limit) => this.orders.idsToRepublish(filter, limit),
        eventsOf: async (tx, orderIds) => (await this.orders.lockAll(tx, orderIds)).flatMap(announceHistory),
      },
      maxOrders,
    );
    this.logger.warn(`Published ${events} events of ${keys} orders again, as an operator wished`);
    return { orders: keys, events, remaining, lastOrderId: lastKey ?? filter.after ?? null };
  }
}
