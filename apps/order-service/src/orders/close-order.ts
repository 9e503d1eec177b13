import { Injectable, Logger } from '@nestjs/common';
import type { Caller } from '@orderflow/auth';
import { IdempotentRequests, type KeyedRequest } from '@orderflow/idempotency';
import { Outbox } from '@orderflow/messaging';
import type { Transaction } from '@orderflow/postgres';
import { changedBy } from './changed-by.js';
import { type Closing, type ClosingAction, closeOrder, type Expiry } from './domain/close-order.js';
import { type Order, withChange } from './domain/order.js';
import type { OrderStatus, StatusChange } from './domain/order-status.js';
import { statusChangeEvents } from './order-events.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';

export type CloseOrderOutcome =
  | { readonly kind: 'closed'; readonly order: Order }
  /** The order's status does not allow it. */
  | { readonly kind: 'forbidden'; readonly status: OrderStatus }
  | Extract<Closing, { kind: 'too-many' | 'too-many-parts' }>
  | { readonly kind: 'not-found' };

interface ChangedOrder {
  readonly order: Order;
  readonly change: StatusChange;
}

/**
 * Cancels an order, or fulfils it whole or in parts, and publishes that; inventory releases or deducts the items when it
 * handles the event.
 */
@Injectable()
export class CloseOrder {
  private readonly logger = new Logger('Orders');

  constructor(
    private readonly requests: IdempotentRequests,
    private readonly orders: OrdersRepository,
    private readonly outbox: Outbox,
    private readonly metrics: OrdersMetrics,
  ) {}

  /** An order that the caller may not change does not exist. */
  execute(orderId: string, action: ClosingAction, caller: Caller, request?: KeyedRequest): Promise<CloseOrderOutcome> {
    return this.requests.once(request, 'closed', async (tx): Promise<CloseOrderOutcome> => {
      const order = await this.orders.lock(tx, orderId, caller.customerId);
      if (!order) return { kind: 'not-found' };
      const closing = closeOrder(order, action, { at: new Date(), by: changedBy(caller) });
      if (closing.kind === 'forbidden') return { kind: 'forbidden', status: order.status };
      if (closing.kind !== 'closed') return closing;
      const { change } = closing;
      await this.write(tx, [{ order, change }], action);
      return { kind: 'closed', order: withChange(order, change) };
    });
  }

  /** Closes orders that this transaction has locked, and that nobody has fulfilled in time. */
  async expireAll(tx: Transaction, orders: readonly Order[]): Promise<void> {
    const expiry: Expiry = { kind: 'expired' };
    const at = new Date();
    const changed = orders.flatMap((order) => {
      const closing = closeOrder(order, expiry, { at, by: 'system' });
      return closing.kind === 'closed' ? [{ order, change: closing.change }] : [];
    });
    await this.write(tx, changed, expiry);
  }

  private async write(
    tx: Transaction,
    changed: readonly ChangedOrder[],
    { kind }: ClosingAction | Expiry,
  ): Promise<void> {
    this.orders.changeStatuses(tx, new Map(changed.map(({ order, change }) => [order.orderId, change])));
    await this.outbox.add(
      tx,
      changed.flatMap(({ order, change }) => statusChangeEvents(order, change)),
    );
    tx.onCommit(() => {
      for (const { order, change } of changed) {
        const { orderId, customerId } = order;
        this.metrics.countChange(change);
        this.logger.log(`Order ${change.status === 'PARTIALLY_FULFILLED' ? 'partially fulfilled' : kind}`, {
          orderId,
          customerId,
        });
      }
    });
  }
}
