import { type Context, propagation, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';

/** The place in a trace, as HTTP and Kafka headers carry it (W3C Trace Context). */
export interface TraceHeaders {
  readonly traceparent: string;
  readonly tracestate?: string;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Longer ones may be dropped, and none has other characters (W3C Trace Context, 3.3.1). */
const TRACESTATE = /^[\t\x20-\x7e]{1,512}$/;
/** The two ids of a traceparent, 16 and 8 bytes: one buffer for all, as each request makes them. */
const IDS = Buffer.alloc(24);
/** Last hexadecimal digits of flags whose lowest bit, `sampled`, is set. */
const ODD: ReadonlySet<string | undefined> = new Set('13579bdf');

/** Reads the two headers; what is not well formed counts as not there. */
export function traceHeadersIn(header: (name: keyof TraceHeaders) => string | undefined): TraceHeaders | undefined {
  const traceparent = header('traceparent');
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined;
  const tracestate = header('tracestate');
  return tracestate !== undefined && TRACESTATE.test(tracestate) ? { traceparent, tracestate } : { traceparent };
}

export function traceIdIn({ traceparent }: TraceHeaders): string {
  return traceparent.slice(3, 35);
}

/** Whether those who came before record the trace. */
export function isSampled({ traceparent }: TraceHeaders): boolean {
  return ODD.has(traceparent[54]);
}

/** The beginning of a trace that nobody records: it still has an id, which tells lines of the log what belongs together. */
export function unrecordedTrace(): TraceHeaders {
  for (let at = 0; at < IDS.length; at += 4) IDS.writeUInt32BE(1 + Math.floor(Math.random() * 0xffff_ffff), at); // not 0
  const ids = IDS.toString('hex');
  return { traceparent: `00-${ids.slice(0, 32)}-${ids.slice(32)}-00` };
}

/** Where tracing is off, nothing of the headers. */
export function toContext(headers: TraceHeaders): Context {
  return propagation.extract(ROOT_CONTEXT, headers);
}

export function traceHeadersOf(span: Span): TraceHeaders {
  const headers = {} as TraceHeaders;
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), headers);
  return headers;
}
