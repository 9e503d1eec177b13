import { Injectable, Logger } from '@nestjs/common';
import { IdempotentRequests, type KeyedRequest } from '@orderflow/idempotency';
import { Outbox } from '@orderflow/messaging';
import type { Transaction } from '@orderflow/postgres';
import { type Order, withChange } from './domain/order.js';
import { type ClosingAction, type Expiry, type OrderStatus, transitionOrder } from './domain/order-status.js';
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
    private readonly requests: IdempotentRequests,
    private readonly orders: OrdersRepository,
    private readonly outbox: Outbox,
    private readonly metrics: OrdersMetrics,
  ) {}

  execute(orderId: string, action: ClosingAction, request?: KeyedRequest): Promise<CloseOrderOutcome> {
    return this.requests.once(request, 'closed', async (tx): Promise<CloseOrderOutcome> => {
      const order = await this.orders.lock(tx, orderId);
      if (!order) return { kind: 'not-found' };
      const [closed] = await this.closeAll(tx, [order], action);
      return closed ? { kind: 'closed', order: closed } : { kind: 'forbidden', status: order.status };
    });
  }

  /** Closes orders that this transaction has locked. @returns those whose status allows it, closed */
  async closeAll(tx: Transaction, orders: readonly Order[], trigger: ClosingAction | Expiry): Promise<Order[]> {
    const at = new Date();
    const changed = orders.flatMap((order) => {
      const change = transitionOrder(order.status, trigger, at);
      return change ? [{ order, change }] : [];
    });
    this.orders.changeStatuses(tx, new Map(changed.map(({ order, change }) => [order.orderId, change])));
    await this.outbox.add(
      tx,
      changed.flatMap(({ order, change }) => statusChangeEvents(order, change)),
    );
    tx.onCommit(() => {
      for (const { order, change } of changed) {
        const { orderId, customerId } = order;
        this.metrics.countChange(change);
        this.logger.log(`Order ${trigger.kind}`, { orderId, customerId });
      }
    });
    return changed.map(({ order, change }) => withChange(order, change));
  }
}
