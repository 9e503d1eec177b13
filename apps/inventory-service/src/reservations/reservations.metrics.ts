import { Injectable } from '@nestjs/common';
import { type Counter, Metrics } from '@orderflow/observability';
import type { Consequences } from './domain/follow.js';
import type { ReservationStatus } from './domain/reservation.js';

const STATUSES: readonly ReservationStatus[] = ['HELD', 'REJECTED', 'RELEASED', 'DEDUCTED', 'CANCELLED'];

/** What becomes of reservations and of the stock, counted with each commit: counting the rows would read them all. */
@Injectable()
export class ReservationsMetrics {
  private readonly changes: Counter<'status'>;
  private readonly stockOuts: Counter;
  private readonly low: Counter;

  constructor(metrics: Metrics) {
    this.changes = metrics.counter({
      name: 'reservation_status_changes_total',
      help: 'Reservations that came into a status',
      labels: ['status'],
    });
    this.stockOuts = metrics.counter({
      name: 'stock_outs_total',
      help: 'Lines of orders that wanted more of an item than was available',
    });
    this.low = metrics.counter({
      name: 'stock_low_total',
      help: 'Items that fell to their threshold',
    });
    for (const status of STATUSES) this.changes.inc({ status }, 0);
  }

  count({ opened, changed, answers, low }: Consequences): void {
    for (const { status } of [...opened, ...changed]) this.changes.inc({ status });
    for (const answer of answers) if (answer.kind === 'insufficient') this.stockOuts.inc(answer.shortages.length);
    this.low.inc(low.length);
  }
}
