import { Injectable } from '@nestjs/common';
import { type Counter, Metrics } from '@orderflow/observability';
import type { ReservationDecision } from './domain/decide-reservations.js';
import type { ReservationStatus } from './domain/reservation.js';

const STATUSES: readonly ReservationStatus[] = ['HELD', 'REJECTED', 'RELEASED', 'DEDUCTED', 'CANCELLED'];

/** Counts changes of reservations and stock after each commit: counting the rows would read them all. */
@Injectable()
export class ReservationsMetrics {
  private readonly changes: Counter<'status'>;
  private readonly stockOuts: Counter;
  private readonly lowStock: Counter;

  constructor(metrics: Metrics) {
    this.changes = metrics.counter({
      name: 'reservation_status_changes_total',
      help: 'Reservations that entered a status',
      labels: ['status'],
    });
    this.stockOuts = metrics.counter({
      name: 'stock_outs_total',
      help: 'Order lines that requested more of an item than was available',
    });
    this.lowStock = metrics.counter({
      name: 'stock_low_total',
      help: 'Times that an item fell to its low-stock threshold',
    });
    for (const status of STATUSES) this.changes.inc({ status }, 0);
  }

  count({ opened, changed, replies, lowStock }: ReservationDecision): void {
    const entered = changed.filter(({ status }) => status !== 'HELD'); // otherwise a part was shipped
    for (const { status } of [...opened, ...entered]) this.changes.inc({ status });
    for (const reply of replies) if (reply.kind === 'insufficient') this.stockOuts.inc(reply.shortages.length);
    this.lowStock.inc(lowStock.length);
  }
}
