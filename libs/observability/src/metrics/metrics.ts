import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type { Counter, Gauge, Histogram };

/** What an instrument measures. */
export interface Description<Label extends string = never> {
  /** Follows Prometheus' conventions: base units, `_total` for a counter. */
  readonly name: string;
  readonly help: string;
  /** Each has few values that the code knows, never input of clients: every combination of values is a time series. */
  readonly labels?: readonly Label[];
}

/** A value of a gauge, and the labels that it has. */
export interface Reading<Label extends string = never> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}

export interface KnownInstrument {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/**
 * The instruments of one application. Each part creates its own, once, in its constructor; `/metrics` shows them all.
 * A scrape only reads memory, so that it works while every dependency is unavailable.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  counter<Label extends string = never>(description: Description<Label>): Counter<Label> {
    return new Counter(this.describe(description));
  }

  /** @param read returns the values at each scrape; without it, the gauge keeps those that were set last */
  gauge<Label extends string = never>(
    description: Description<Label>,
    read?: () => number | readonly Reading<Label>[],
  ): Gauge<Label> {
    const collect = read && { collect: () => setAll(gauge, read()) };
    const gauge: Gauge<Label> = new Gauge({ ...this.describe(description), ...collect });
    return gauge;
  }

  /** @param buckets upper bounds, in ascending order */
  histogram<Label extends string = never>(
    description: Description<Label>,
    buckets: readonly number[],
  ): Histogram<Label> {
    return new Histogram({ ...this.describe(description), buckets: [...buckets] });
  }

  /** Also measures the process: CPU, memory, event loop, garbage collection. For the only application of a process. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Everything in Prometheus' text format. */
  exposition(): Promise<string> {
    return this.registry.metrics();
  }

  /** All instruments, sorted by name. */
  instruments(): KnownInstrument[] {
    // prom-client's types omit the labels and declare the type as a number.
    const known = this.registry.getMetricsAsArray() as unknown as (KnownInstrument & { labelNames: string[] })[];
    return known
      .map(({ name, type, labelNames: labels, help }) => ({ name, type, labels, help }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private describe<Label extends string>({ name, help, labels = [] }: Description<Label>) {
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }
}

function setAll<Label extends string>(gauge: Gauge<Label>, read: number | readonly Reading<Label>[]): void {
  if (typeof read === 'number') gauge.set(read);
  else for (const { labels, value } of read) gauge.set(labels, value);
}
