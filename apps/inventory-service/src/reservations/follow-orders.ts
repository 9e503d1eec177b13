import { Injectable, Logger } from '@nestjs/common';
import { because } from '@orderflow/observability';
import { Outbox } from '@orderflow/messaging';
import type { Transaction } from '@orderflow/postgres';
import { announceAnswer, announceLowStock } from './announce-answer.js';
import { type Consequences, follow } from './domain/follow.js';
import type { OrderEvent, OrderFacts } from './domain/reservation.js';
import { ReservationsMetrics } from './reservations.metrics.js';
import { ReservationsRepository } from './reservations.repository.js';

/**
 * Lets the stock follow what happens to orders, in the order in which it happened: holds all items of a new order or
 * none, gives back those of a cancelled one, deducts those of a fulfilled one.
 */
@Injectable()
export class FollowOrders {
  private readonly logger = new Logger('Reservations');

  constructor(
    private readonly reservations: ReservationsRepository,
    private readonly outbox: Outbox,
    private readonly metrics: ReservationsMetrics,
  ) {}

  async execute(tx: Transaction, events: readonly OrderEvent[]): Promise<void> {
    const reservations = await this.reservations.lock(tx, [...new Set(events.map(({ orderId }) => orderId))]);
    const orders = [...events, ...reservations];
    const itemIds = new Set(orders.flatMap(({ items }) => items).map(({ itemId }) => itemId));
    const stock = await this.reservations.lockStock(tx, [...itemIds], (itemId) => thoseThatWant(itemId, orders));
    const consequences = follow({ stock, reservations }, events);
    await this.reservations.write(tx, consequences);
    const { answers, low } = consequences;
    await this.outbox.add(tx, [...answers.map(announceAnswer), ...low.map(announceLowStock)]);
    tx.onCommit(() => this.metrics.count(consequences));
    tx.onCommit(() => this.say(consequences));
  }

  private say({ answers, changed, low }: Consequences): void {
    for (const { kind, order } of answers) this.sayOf(order.orderId, `Stock ${kind}`);
    for (const { orderId, status } of changed) if (status === 'DEDUCTED') this.sayOf(orderId, 'Stock deducted');
    for (const { itemId, available } of low) this.logger.warn('Stock low', { itemId, available });
  }

  private sayOf(orderId: string, what: string): void {
    this.logger.log(what, { orderId, ...because(orderId) });
  }
}

function thoseThatWant(itemId: string, orders: readonly OrderFacts[]): string[] {
  return orders.filter(({ items }) => items.some((item) => item.itemId === itemId)).map(({ orderId }) => orderId);
}
