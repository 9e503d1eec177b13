import { Injectable, Logger } from '@nestjs/common';
import { because } from '@orderflow/observability';
import type { Transaction } from '@orderflow/postgres';
import { decideOrder, type InventoryReply, type StatusChange } from './domain/order-status.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository, type OrderState } from './orders.repository.js';

export interface OrderReply {
  readonly orderId: string;
  readonly reply: InventoryReply;
}

/**
 * Confirms or rejects orders as inventory has decided, in the order of its replies. A reply for an order that is already
 * decided or cancelled is too late and changes nothing.
 */
@Injectable()
export class ApplyInventoryReplies {
  private readonly logger = new Logger('Orders');

  constructor(
    private readonly orders: OrdersRepository,
    private readonly metrics: OrdersMetrics,
  ) {}

  /** @throws {UnknownOrder} if this database has no such order; then nothing of the batch is written */
  async execute(tx: Transaction, replies: readonly OrderReply[]): Promise<void> {
    const orders = await this.orders.lockStatuses(
      tx,
      replies.map(({ orderId }) => orderId),
    );
    const at = new Date();
    const changes = new Map<string, StatusChange>();
    for (const { orderId, reply } of replies) {
      const order = orders.get(orderId);
      if (!order) throw new UnknownOrder(orderId);
      const change = decideOrder(changes.get(orderId)?.status ?? order.status, reply, at);
      if (change) changes.set(orderId, change);
    }
    this.orders.changeStatuses(tx, changes);
    tx.onCommit(() => {
      for (const [orderId, change] of changes) {
        this.log(orderId, change);
        this.metrics.countDecision(change, (orders.get(orderId) as OrderState).createdAt);
      }
    });
  }

  private log(orderId: string, { status, reason }: StatusChange): void {
    this.logger.log(`Order ${status.toLowerCase()}`, { orderId, ...(reason && { reason }), ...because(orderId) });
  }
}

/** Inventory has replied to an order that does not exist: the event is wrong, or this database has lost the order. */
export class UnknownOrder extends Error {
  override readonly name = 'UnknownOrder';
  readonly code = 'ORDER_UNKNOWN';

  constructor(orderId: string) {
    super(`there is no order ${orderId}`);
  }
}
