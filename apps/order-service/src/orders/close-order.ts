import { Injectable, Logger } from '@nestjs/common';
import { Outbox } from '@orderflow/messaging';
import { Database } from '@orderflow/postgres';
import { type Order, withChange } from './domain/order.js';
import { type ClosingAction, type OrderStatus, transitionOrder } from './domain/order-status.js';
import { statusChangeEvents } from './order-events.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';

export type CloseOrderOutcome =
  | { readonly kind: 'closed'; readonly order: Order }
  /** The order's status does not allow it. */
  | { readonly kind: 'forbidden'; readonly status: OrderStatus }
  | { readonly kind: 'not-found' };

/** Cancels or fulfils an order, and publishes that; inventory releases or deducts the items when it handles the event. */
@Injectable()
export class CloseOrder {
  private readonly logger = new Logger('Orders');

  constructor(
    private readonly database: Database,
    private readonly orders: OrdersRepository,
    private readonly outbox: Outbox,
    private readonly metrics: OrdersMetrics,
  ) {}

  execute(orderId: string, action: ClosingAction): Promise<CloseOrderOutcome> {
    return this.database.transaction(async (tx): Promise<CloseOrderOutcome> => {
      const order = await this.orders.lock(tx, orderId);
      if (!order) return { kind: 'not-found' };
      const change = transitionOrder(order.status, action, new Date());
      if (!change) return { kind: 'forbidden', status: order.status };
      this.orders.changeStatuses(tx, new Map([[order.orderId, change]]));
      await this.outbox.add(tx, statusChangeEvents(order, change));
      tx.onCommit(() => this.metrics.countChange(change));
      tx.onCommit(() => this.logger.log(`Order ${action.kind}`, { orderId, customerId: order.customerId }));
      return { kind: 'closed', order: withChange(order, change) };
    });
  }
}
