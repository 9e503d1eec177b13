import { Injectable, Logger } from '@nestjs/common';
import { because } from '@orderflow/observability';
import { Outbox } from '@orderflow/messaging';
import { Erasures } from '@orderflow/personal-data';
import { lockBoth, type Transaction } from '@orderflow/postgres';
import { decideReservations, type ReservationDecision } from './domain/decide-reservations.js';
import type { OrderEvent, OrderFacts } from './domain/reservation.js';
import type { StockLevel } from '../stock/domain/stock-level.js';
import { lowStockEvent } from '../stock/low-stock.event.js';
import { replyEvent } from './reply-events.js';
import { ReservationsMetrics } from './reservations.metrics.js';
import { ReservationsRepository } from './reservations.repository.js';

/** An event, and when it happened (RFC 3339): before an erasure, its customer is stored by the pseudonym. */
export type TimedOrderEvent = OrderEvent & { readonly happenedAt: string };

/**
 * Reserves all items of a new order or none, releases those of a cancelled order and deducts those that were shipped,
 * in the order of the events, and publishes the replies in the same transaction.
 */
@Injectable()
export class ReserveStock {
  private readonly logger = new Logger('Reservations');

  constructor(
    private readonly erasures: Erasures,
    private readonly reservations: ReservationsRepository,
    private readonly outbox: Outbox,
    private readonly metrics: ReservationsMetrics,
  ) {}

  async execute(tx: Transaction, happened: readonly TimedOrderEvent[]): Promise<void> {
    const itemIds = itemIdsOf(happened);
    const customerIds = happened.map(({ customerId }) => customerId);
    const [nameAt, [reservations, stock]] = await Promise.all([
      this.erasures.namesAt(tx, customerIds), // sent before the locks, whose search rolls back to savepoints
      lockBoth(
        tx,
        () => this.reservations.lock(tx, [...new Set(happened.map(({ orderId }) => orderId))]),
        () => this.lockStock(tx, [...itemIds], happened),
      ),
    ]);
    const events = happened.map((event) => ({ ...event, customerId: nameAt(event.customerId, event.happenedAt) }));
    // An event names the items of its order, so there are no others, unless someone published it with others.
    const otherIds = [...itemIdsOf(reservations)].filter((itemId) => !itemIds.has(itemId));
    const others = await this.lockStock(tx, otherIds, reservations);
    const decision = decideReservations({ stock: [...stock, ...others], reservations }, events);
    this.reservations.write(tx, decision);
    const { replies, lowStock } = decision;
    await this.outbox.add(tx, [...replies.map(replyEvent), ...lowStock.map(lowStockEvent)]);
    tx.onCommit(() => this.metrics.count(decision));
    tx.onCommit(() => this.log(decision));
  }

  private async lockStock(
    tx: Transaction,
    itemIds: readonly string[],
    orders: readonly OrderFacts[],
  ): Promise<StockLevel[]> {
    if (itemIds.length === 0) return [];
    return this.reservations.lockStock(tx, itemIds, (itemId) => ordersWith(itemId, orders));
  }

  private log({ replies, changed, lowStock }: ReservationDecision): void {
    for (const { kind, order } of replies) this.logOrder(order.orderId, `Stock ${kind}`);
    for (const { orderId, status } of changed) {
      if (status === 'DEDUCTED') this.logOrder(orderId, 'Stock deducted');
      if (status === 'HELD') this.logOrder(orderId, 'Stock deducted in part');
    }
    for (const { itemId, available } of lowStock) this.logger.warn('Stock low', { itemId, available });
  }

  private logOrder(orderId: string, message: string): void {
    this.logger.log(message, { orderId, ...because(orderId) });
  }
}

function itemIdsOf(orders: readonly OrderFacts[]): Set<string> {
  return new Set(orders.flatMap(({ items }) => items).map(({ itemId }) => itemId));
}

function ordersWith(itemId: string, orders: readonly OrderFacts[]): string[] {
  return orders.filter(({ items }) => items.some((item) => item.itemId === itemId)).map(({ orderId }) => orderId);
}
