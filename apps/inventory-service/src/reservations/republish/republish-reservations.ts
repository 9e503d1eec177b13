import { Injectable, Logger } from '@nestjs/common';
import { Outbox, type OutgoingEvent, republish } from '@orderflow/messaging';
import { Database, type Transaction } from '@orderflow/postgres';
import { pastReplies } from '../domain/past-replies.js';
import type { Reservation } from '../domain/reservation.js';
import { replyEvent } from '../reply-events.js';
import { type RepublishFilter, ReservationsRepository } from '../reservations.repository.js';

export interface RepublishedReservations {
  readonly orders: number;
  readonly events: number;
  /** Whether there are more orders after `lastOrderId`. */
  readonly remaining: boolean;
  readonly lastOrderId: string | null;
}

/**
 * Publishes the reply events of orders again, reconstructed from their reservations, under their original ids: a consumer
 * that has handled one drops it. Each batch is a transaction that locks its reservations, so that later events of an order
 * are published after the republished ones.
 */
@Injectable()
export class RepublishReservations {
  private readonly logger = new Logger('Reservations');

  constructor(
    private readonly database: Database,
    private readonly reservations: ReservationsRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @param maxOrders 10,000 unless given */
  async execute(filter: RepublishFilter, maxOrders?: number): Promise<RepublishedReservations> {
    const { keys, events, remaining, lastKey } = await republish(
      { database: this.database, outbox: this.outbox },
      {
        find: (limit) => this.reservations.idsToRepublish(filter, limit),
        eventsOf: (tx, orderIds) => this.eventsOf(tx, orderIds),
      },
      maxOrders,
    );
    this.logger.warn(`Republished ${events} events of ${keys} orders at an operator's request`);
    return { orders: keys, events, remaining, lastOrderId: lastKey ?? filter.after ?? null };
  }

  private async eventsOf(tx: Transaction, orderIds: readonly string[]): Promise<OutgoingEvent[]> {
    const reservations = await this.reservations.lock(tx, orderIds);
    const incomplete = reservations.filter(lacksShortages).flatMap(({ items }) => items.map(({ itemId }) => itemId));
    const stock = incomplete.length > 0 ? await this.reservations.stockOf(tx, [...new Set(incomplete)]) : [];
    return reservations.flatMap((reservation) => pastReplies(reservation, stock)).map(replyEvent);
  }
}

/** Decided by a version that did not store shortages. */
function lacksShortages({ status, shortages }: Reservation): boolean {
  return status === 'REJECTED' && shortages === null;
}
