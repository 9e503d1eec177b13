import { Injectable, Logger } from '@nestjs/common';
import { Outbox } from '@orderflow/messaging';
import { Database } from '@orderflow/postgres';
import { announceChange } from './announce-order.js';
import { type Order, withChange } from './domain/order.js';
import { type Ending, type OrderStatus, transition } from './domain/order-status.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';

export type EndOrderOutcome =
  | { readonly kind: 'ended'; readonly order: Order }
  | { readonly kind: 'forbidden'; readonly status: OrderStatus }
  | { readonly kind: 'unknown' };

/** Ends an order as its client asks, cancelled or fulfilled, and tells of it. What is held for it follows by the event. */
@Injectable()
export class EndOrder {
  private readonly logger = new Logger('Orders');

  constructor(
    private readonly database: Database,
    private readonly orders: OrdersRepository,
    private readonly outbox: Outbox,
    private readonly metrics: OrdersMetrics,
  ) {}

  execute(orderId: string, ending: Ending): Promise<EndOrderOutcome> {
    return this.database.transaction(async (tx): Promise<EndOrderOutcome> => {
      const order = await this.orders.lock(tx, orderId);
      if (!order) return { kind: 'unknown' };
      const change = transition(order.status, ending, new Date());
      if (!change) return { kind: 'forbidden', status: order.status };
      await this.orders.changeStatuses(tx, new Map([[order.orderId, change]]));
      await this.outbox.add(tx, announceChange(order, change));
      tx.onCommit(() => this.metrics.countChange(change));
      tx.onCommit(() => this.logger.log(`Order ${ending.kind}`, { orderId, customerId: order.customerId }));
      return { kind: 'ended', order: withChange(order, change) };
    });
  }
}
