import { Injectable, Logger } from '@nestjs/common';
import { Outbox, type OutgoingEvent, republish } from '@orderflow/messaging';
import { Database, type Transaction } from '@orderflow/postgres';
import { announceAnswer } from './announce-answer.js';
import { answersOf } from './domain/answers.js';
import type { Reservation } from './domain/reservation.js';
import { type RepublishFilter, ReservationsRepository } from './reservations.repository.js';

export interface RepublishedReservations {
  readonly orders: number;
  readonly events: number;
  /** Whether there are more, after `lastOrderId`. */
  readonly remaining: boolean;
  readonly lastOrderId: string | null;
}

/**
 * Publishes what orders were answered again, as their reservations tell, with the ids that it had: who has handled it drops
 * it. Batches commit one by one, each under the locks of its reservations, so that what follows of an order comes after them.
 */
@Injectable()
export class RepublishReservations {
  private readonly logger = new Logger('Reservations');

  constructor(
    private readonly database: Database,
    private readonly reservations: ReservationsRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Of at most `maxOrders` orders, 10,000 unless given. */
  async execute(filter: RepublishFilter, maxOrders?: number): Promise<RepublishedReservations> {
    const { keys, events, remaining, lastKey } = await republish(
      { database: this.database, outbox: this.outbox },
      {
        find: (limit) => this.reservations.idsToRepublish(filter, limit),
        eventsOf: (tx, orderIds) => this.eventsOf(tx, orderIds),
      },
      maxOrders,
    );
    this.logger.warn(`Published ${events} events of ${keys} orders again, as an operator wished`);
    return { orders: keys, events, remaining, lastOrderId: lastKey ?? filter.after ?? null };
  }

  private async eventsOf(tx: Transaction, orderIds: readonly string[]): Promise<OutgoingEvent[]> {
    const reservations = await this.reservations.lock(tx, orderIds);
    const untold = reservations.filter(isUntold).flatMap(({ items }) => items.map(({ itemId }) => itemId));
    const stock = untold.length > 0 ? await this.reservations.stockOf(tx, [...new Set(untold)]) : [];
    return reservations.flatMap((reservation) => answersOf(reservation, stock)).map(announceAnswer);
  }
}

/** A version that did not keep what it was short of has decided it. */
function isUntold({ status, shortages }: Reservation): boolean {
  return status === 'REJECTED' && shortages === null;
}
