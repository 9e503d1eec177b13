import { Injectable } from '@nestjs/common';
import type { Transaction } from '@orderflow/postgres';
import { type Answer, type StatusChange, transition } from './domain/order-status.js';
import { OrdersRepository } from './orders.repository.js';

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
  constructor(private readonly orders: OrdersRepository) {}

  async execute(tx: Transaction, answers: readonly OrderAnswer[]): Promise<void> {
    const statuses = await this.orders.lockStatuses(
      tx,
      answers.map(({ orderId }) => orderId),
    );
    const at = new Date();
    const changes = new Map<string, StatusChange>();
    for (const { orderId, answer } of answers) {
      const status = changes.get(orderId)?.status ?? statuses.get(orderId);
      if (status === undefined) throw new UnknownOrder(orderId);
      const change = transition(status, answer, at);
      if (change) changes.set(orderId, change);
    }
    await this.orders.changeStatuses(tx, changes);
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
