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
import { causes } from './cause.js';
import { isSampled, toContext, type TraceHeaders, traceHeadersOf } from './trace-headers.js';

export interface SpanOptions {
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** What it continues; a trace of its own unless given. */
  readonly parent?: TraceHeaders;
  /** What else it belongs to. */
  readonly links?: readonly TraceHeaders[];
}

let tracer: Tracer | undefined;

/** @param provided by the SDK; undefined turns tracing off */
export function traceWith(provided: Tracer | undefined): void {
  tracer = provided;
}

export function isTracing(): boolean {
  return tracer !== undefined;
}

/** Begins a span; undefined where tracing is off, or where those who came before don't record the trace. */
export function startSpan(name: string, { kind, attributes, parent, links }: SpanOptions): Span | undefined {
  if (!tracer || (parent && !isSampled(parent))) return undefined;
  return tracer.startSpan(
    name,
    { kind, attributes, links: links?.map(toLink) },
    parent ? toContext(parent) : ROOT_CONTEXT,
  );
}

/** Ends a span as failed. */
export function failSpan(span: Span, error: unknown): void {
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) };
  const { code } = (error ?? {}) as { code?: unknown };
  span.setAttribute('error.type', typeof code === 'string' ? code : name);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.end();
}

/** Runs work so that spans which are begun in it, and libraries that speak OpenTelemetry's API, see `span` around them. */
export function within<Result>(span: Span | undefined, work: () => Result): Result {
  return span ? context.with(trace.setSpan(context.active(), span), work) : work();
}

/** Runs work as part of a span, which ends with it. */
async function inSpan<Result>(span: Span | undefined, work: () => Promise<Result>): Promise<Result> {
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
 * Runs work that is done for all causes in hand at once as one span: it is part of the first trace that is recorded,
 * and linked to the others. Without such a cause there is no span.
 */
export function inSharedSpan<Result>(
  name: string,
  options: Pick<SpanOptions, 'kind' | 'attributes'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const [parent, ...links] = tracer ? causes().flatMap(({ trace }) => (trace && isSampled(trace) ? [trace] : [])) : [];
  return inSpan(parent && startSpan(name, { ...options, parent, links }), work);
}

/** The place of the innermost span around the caller. */
export function activeTrace(): TraceHeaders | undefined {
  const span = tracer && trace.getActiveSpan();
  return span && traceHeadersOf(span);
}

function toLink(headers: TraceHeaders): Link {
  return { context: trace.getSpanContext(toContext(headers)) as Link['context'] };
}
