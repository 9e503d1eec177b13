import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type { Counter, Gauge, Histogram };

/** What an instrument measures. */
export interface Description<Label extends string = never> {
  /** As Prometheus names things: base units, `_total` for a counter. */
  readonly name: string;
  readonly help: string;
  /** Each with few values that the code knows, never what a client makes up: every combination is a time series for good. */
  readonly labels?: readonly Label[];
}

export interface KnownInstrument {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/**
 * The instruments of one application. Each part makes its own, once, when it is constructed; `/metrics` shows them all.
 * Reading them looks at memory alone, so that it works while everything else is away.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  counter<Label extends string = never>(description: Description<Label>): Counter<Label> {
    return new Counter(this.describe(description));
  }

  /** @param read gives the value at the moment of a scrape; without it the gauge keeps what it was last set to */
  gauge<Label extends string = never>(description: Description<Label>, read?: () => number): Gauge<Label> {
    const collect = read && { collect: () => gauge.set(read()) };
    const gauge: Gauge<Label> = new Gauge({ ...this.describe(description), ...collect });
    return gauge;
  }

  /** @param buckets upper bounds, rising */
  histogram<Label extends string = never>(
    description: Description<Label>,
    buckets: readonly number[],
  ): Histogram<Label> {
    return new Histogram({ ...this.describe(description), buckets: [...buckets] });
  }

  /** Shows the process itself as well: CPU, memory, event loop, garbage collection. For the one application that it runs. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Everything in Prometheus' text format. */
  exposition(): Promise<string> {
    return this.registry.metrics();
  }

  /** All instruments, sorted by name. */
  instruments(): KnownInstrument[] {
    // Its types leave out the labels, and take the type for a number.
    const known = this.registry.getMetricsAsArray() as unknown as (KnownInstrument & { labelNames: string[] })[];
    return known
      .map(({ name, type, labelNames: labels, help }) => ({ name, type, labels, help }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private describe<Label extends string>({ name, help, labels = [] }: Description<Label>) {
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }
}
