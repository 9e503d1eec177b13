import { Injectable, Logger } from '@nestjs/common';
import { because } from '@orderflow/observability';
import type { Transaction } from '@orderflow/postgres';
import { type Answer, type StatusChange, transition } from './domain/order-status.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository, type OrderState } from './orders.repository.js';

export interface OrderAnswer {
  readonly orderId: string;
  readonly answer: Answer;
}

/**
 * Lets orders follow what inventory says of them, in the order in which it said it. What it says of an order that is
 * decided or cancelled already comes too late and changes nothing.
 */
@Injectable()
export class SettleOrders {
  private readonly logger = new Logger('Orders');

  constructor(
    private readonly orders: OrdersRepository,
    private readonly metrics: OrdersMetrics,
  ) {}

  async execute(tx: Transaction, answers: readonly OrderAnswer[]): Promise<void> {
    const orders = await this.orders.lockStatuses(
      tx,
      answers.map(({ orderId }) => orderId),
    );
    const at = new Date();
    const changes = new Map<string, StatusChange>();
    for (const { orderId, answer } of answers) {
      const order = orders.get(orderId);
      if (!order) throw new UnknownOrder(orderId);
      const change = transition(changes.get(orderId)?.status ?? order.status, answer, at);
      if (change) changes.set(orderId, change);
    }
    await this.orders.changeStatuses(tx, changes);
    tx.onCommit(() => {
      for (const [orderId, change] of changes) {
        this.say(orderId, change);
        this.metrics.countDecision(change, (orders.get(orderId) as OrderState).createdAt);
      }
    });
  }

  private say(orderId: string, { status, reason }: StatusChange): void {
    this.logger.log(`Order ${status.toLowerCase()}`, { orderId, ...(reason && { reason }), ...because(orderId) });
  }
}

/** Inventory speaks of an order that is not here: its event is a mistake, or this database has lost the order. */
export class UnknownOrder extends Error {
  override readonly name = 'UnknownOrder';
  readonly code = 'ORDER_UNKNOWN';

  constructor(orderId: string) {
    super(`there is no order ${orderId}`);
  }
}
