import { Injectable } from '@nestjs/common';
import { type Counter, Metrics } from '@orderflow/observability';

/** `memory`: right after the commit, by the replica that wrote the row. `relay`: later, by the relay. */
export type PublishedFrom = 'memory' | 'relay';

@Injectable()
export class OutboxMetrics {
  private readonly published: Counter<'from'>;

  constructor(metrics: Metrics) {
    this.published = metrics.counter({
      name: 'outbox_published_total',
      help: 'Messages of the outbox that Kafka has acknowledged, by the part that published them',
      labels: ['from'],
    });
    for (const from of ['memory', 'relay'] as const) this.countPublished(from, 0);
  }

  countPublished(from: PublishedFrom, messages: number): void {
    this.published.inc({ from }, messages);
  }
}
