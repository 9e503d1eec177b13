import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type ExportResult, ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { withTimeout } from '@orderflow/concurrency';
import { traceWith } from './spans.js';

export interface TracingOptions {
  /** The collector's base URL (OTLP over HTTP, in JSON); traces are sent to `/v1/traces` below it. */
  readonly endpoint: string;
  /** Sent with each export, such as an API key. */
  readonly headers: Readonly<Record<string, string>>;
  /** The share of the traces that start here and are recorded, 0 to 1. For other traces, the upstream decides. */
  readonly sampleRatio: number;
  readonly service: { readonly name: string; readonly version: string };
}

export interface Tracing {
  /** Exports the remaining spans, within two seconds. */
  stop(): Promise<void>;
}

const EXPORT_INTERVAL_MS = 1_000;
const EXPORT_TIMEOUT_MS = 5_000;
const SHUTDOWN_MS = 2_000;

/**
 * Registers contexts and headers with OpenTelemetry's API, but no provider: spans that other code would start on its own
 * would bypass the sampling.
 */
export function startSdk({ endpoint, headers, sampleRatio, service }: TracingOptions): Tracing {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new QuietExporter(
    new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: EXPORT_TIMEOUT_MS }),
  );
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': service.name,
      'service.version': service.version,
      'service.instance.id': randomUUID(),
    }),
    sampler: new AlwaysOnSampler(), // startSpan has decided before what is recorded
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: EXPORT_INTERVAL_MS })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  traceWith({ tracer: provider.getTracer('@orderflow'), sampleRatio });
  return {
    stop: () => {
      traceWith(undefined);
      return withTimeout(
        SHUTDOWN_MS,
        provider.shutdown().catch(() => undefined),
      );
    },
  };
}

/** Logs once that the collector is unavailable, and once that it is available again; spans in between are dropped. */
class QuietExporter implements SpanExporter {
  private readonly logger = new Logger('Tracing');
  private failing = false;

  constructor(private readonly exporter: SpanExporter) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, ({ code, error }) => {
      const failed = code !== ExportResultCode.SUCCESS;
      if (failed && !this.failing)
        this.logger.warn(
          `Cannot export traces; dropping them until the collector is available again: ${error?.message}`,
        );
      if (!failed && this.failing) this.logger.log('Exporting traces again');
      this.failing = failed;
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}
