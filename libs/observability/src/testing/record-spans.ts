import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { traceWith } from '../tracing/spans.js';

export type RecordedSpan = ReadableSpan;

export interface SpanRecord {
  /** The spans that have ended, in that order. */
  readonly spans: readonly RecordedSpan[];
  /** Turns tracing off. */
  stop(): void;
}

/**
 * Records spans in memory, so that a test can look at them.
 * @param sampleRatio the share of the traces that start here and are recorded
 */
export function recordSpans(sampleRatio = 1): SpanRecord {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  traceWith({ tracer: provider.getTracer('test'), sampleRatio });
  return {
    get spans() {
      return exporter.getFinishedSpans();
    },
    stop: () => {
      traceWith(undefined);
      for (const api of [context, propagation, trace]) api.disable();
    },
  };
}
