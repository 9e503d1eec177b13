import { Injectable } from '@nestjs/common';
import { type Counter, type Histogram, Metrics } from '@orderflow/observability';
import { ORDER_STATUSES, type OrderStatus, type StatusChange } from './domain/order-status.js';

const DECISION_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600];

const DECISIONS = ['CONFIRMED', 'REJECTED'] as const satisfies OrderStatus[];

/** Counts status changes after each commit: counting the orders themselves would read all of them. */
@Injectable()
export class OrdersMetrics {
  private readonly changes: Counter<'status'>;
  private readonly decision: Histogram<'status'>;

  constructor(metrics: Metrics) {
    this.changes = metrics.counter({
      name: 'order_status_changes_total',
      help: 'Orders that entered a status; PENDING counts placed orders',
      labels: ['status'],
    });
    this.decision = metrics.histogram(
      {
        name: 'order_decision_duration_seconds',
        help: 'Time from placing an order until it is confirmed or rejected',
        labels: ['status'],
      },
      DECISION_SECONDS,
    );
    for (const status of ORDER_STATUSES) this.count(status, 0);
    for (const status of DECISIONS) this.decision.zero({ status });
  }

  countPlaced(orders: number): void {
    this.count('PENDING', orders);
  }

  countChange({ status }: StatusChange): void {
    this.count(status, 1);
  }

  /** @param createdAt when the order was placed */
  countDecision(change: StatusChange, createdAt: Date): void {
    this.countChange(change);
    const seconds = (change.at.getTime() - createdAt.getTime()) / 1_000;
    this.decision.observe({ status: change.status }, Math.max(0, seconds));
  }

  private count(status: OrderStatus, orders: number): void {
    this.changes.inc({ status }, orders);
  }
}
