import {
  type Attributes,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { redactText } from '../redaction/redact-text.js';
import { causes } from './cause.js';
import { isSampled, toContext, type TraceHeaders, traceHeadersOf, unrecordedTrace } from './trace-headers.js';

export interface SpanOptions {
  readonly kind: SpanKind;
  /** Called only if the span is recorded. Secrets are redacted from texts, and long texts are cut ({@link redactText}). */
  readonly attributes: () => Attributes;
  /** The trace that it continues; a new trace unless given. */
  readonly parent?: TraceHeaders;
  /** Further traces to which it belongs. */
  readonly links?: readonly TraceHeaders[];
}

export interface StartedSpan {
  /** Undefined if tracing is off or the trace is not recorded. */
  readonly span?: Span;
  /** The trace to continue; undefined if there is none. */
  readonly trace?: TraceHeaders;
}

interface TracingInUse {
  readonly tracer: Tracer;
  /** The share of the traces that start here and are recorded, 0 to 1. */
  readonly sampleRatio: number;
}

let tracing: TracingInUse | undefined;

/** @param use undefined turns tracing off */
export function traceWith(use: TracingInUse | undefined): void {
  tracing = use;
}

export function isTracing(): boolean {
  return tracing !== undefined;
}

/**
 * Starts a span if its trace is recorded. This is decided where the trace starts, before a span is made, so that a trace that
 * is not recorded costs nothing.
 */
export function startSpan(name: string, { kind, attributes, parent, links }: SpanOptions): StartedSpan {
  if (!tracing) return { trace: parent };
  const isRecorded = parent ? isSampled(parent) : Math.random() < tracing.sampleRatio;
  if (!isRecorded) return { trace: parent ?? unrecordedTrace() };
  const span = tracing.tracer.startSpan(
    name,
    { kind, attributes: redacted(attributes()), links: links?.map(toLink) },
    parent ? toContext(parent) : ROOT_CONTEXT,
  );
  return { span, trace: traceHeadersOf(span) };
}

function redacted(attributes: Attributes): Attributes {
  const entries = Object.entries(attributes);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? redactText(value) : value]),
  );
}

/** Ends a span with an error. */
export function failSpan(span: Span, error: unknown): void {
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) };
  const { code } = (error ?? {}) as { code?: unknown };
  span.setAttribute('error.type', redactText(typeof code === 'string' ? code : name));
  span.setStatus({ code: SpanStatusCode.ERROR, message: redactText(message) });
  span.end();
}

/** Runs work with `span` as the active span, for spans that start in it and for code that uses OpenTelemetry's API. */
export function within<Result>(span: Span | undefined, work: () => Result): Result {
  return span ? context.with(trace.setSpan(context.active(), span), work) : work();
}

/** Runs work within a span, which ends with it, with an error if the work rejects. */
export async function inSpan<Result>(span: Span | undefined, work: () => Promise<Result>): Promise<Result> {
  if (!span) return work();
  try {
    const result = await within(span, work);
    span.end();
    return result;
  } catch (error) {
    failSpan(span, error);
    throw error;
  }
}

/**
 * Runs the work for all current causes as one span: it is part of the first trace that is recorded, and linked to the
 * others. Without a recorded trace there is no span.
 */
export function inSharedSpan<Result>(
  name: string,
  options: Pick<SpanOptions, 'kind' | 'attributes'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const [parent, ...links] = tracing ? causes().flatMap(({ trace }) => (trace && isSampled(trace) ? [trace] : [])) : [];
  return inSpan(parent && startSpan(name, { ...options, parent, links }).span, work);
}

/** The position of the active span in its trace. */
export function activeTrace(): TraceHeaders | undefined {
  const span = tracing && trace.getActiveSpan();
  return span && traceHeadersOf(span);
}

function toLink(headers: TraceHeaders): Link {
  return { context: trace.getSpanContext(toContext(headers)) as Link['context'] };
}
