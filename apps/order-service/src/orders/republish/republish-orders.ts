import { Injectable, Logger } from '@nestjs/common';
import { Outbox, republish } from '@orderflow/messaging';
import { Database } from '@orderflow/postgres';
import { eventHistory } from '../order-events.js';
import { OrdersRepository, type RepublishFilter } from '../orders.repository.js';

export interface RepublishedOrders {
  readonly orders: number;
  readonly events: number;
  /** Whether there are more orders after `lastOrderId`. */
  readonly remaining: boolean;
  readonly lastOrderId: string | null;
}

/**
 * Publishes the events of orders again, reconstructed from their histories, under their original ids: a consumer that has
 * handled one drops it. Each batch is a transaction that locks its orders, so that later events of an order are published
 * after the republished ones.
 */
@Injectable()
export class RepublishOrders {
  private readonly logger = new Logger('Orders');

  constructor(
    private readonly database: Database,
    private readonly orders: OrdersRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @param maxOrders 10,000 unless given */
  async execute(filter: RepublishFilter, maxOrders?: number): Promise<RepublishedOrders> {
    const { keys, events, remaining, lastKey } = await republish(
      { database: this.database, outbox: this.outbox },
      {
        find: (limit) => this.orders.idsToRepublish(filter, limit),
        eventsOf: async (tx, orderIds) => (await this.orders.lockAll(tx, orderIds)).flatMap(eventHistory),
      },
      maxOrders,
    );
    this.logger.warn(`Republished ${events} events of ${keys} orders at an operator's request`);
    return { orders: keys, events, remaining, lastOrderId: lastKey ?? filter.after ?? null };
  }
}
