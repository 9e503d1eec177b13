import { type Context, propagation, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';

/** A position in a trace, as in HTTP and Kafka headers (W3C Trace Context). */
export interface TraceHeaders {
  readonly traceparent: string;
  readonly tracestate?: string;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Longer values may be dropped; other characters are not allowed (W3C Trace Context, 3.3.1). */
const TRACESTATE = /^[\t\x20-\x7e]{1,512}$/;
/** The two ids of a traceparent, 16 and 8 bytes; one buffer is shared, as each request needs them. */
const IDS = Buffer.alloc(24);
/** The last hexadecimal digits of flags with the lowest bit, `sampled`, set. */
const ODD: ReadonlySet<string | undefined> = new Set('13579bdf');

/** Reads the two headers; a malformed one counts as missing. */
export function traceHeadersIn(header: (name: keyof TraceHeaders) => string | undefined): TraceHeaders | undefined {
  const traceparent = header('traceparent');
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined;
  const tracestate = header('tracestate');
  return tracestate !== undefined && TRACESTATE.test(tracestate) ? { traceparent, tracestate } : { traceparent };
}

export function traceIdIn({ traceparent }: TraceHeaders): string {
  return traceparent.slice(3, 35);
}

/** Whether the trace is recorded upstream. */
export function isSampled({ traceparent }: TraceHeaders): boolean {
  return ODD.has(traceparent[54]);
}

/** Starts a trace that is not recorded. It still has an id, by which log lines can be correlated. */
export function unrecordedTrace(): TraceHeaders {
  for (let at = 0; at < IDS.length; at += 4) IDS.writeUInt32BE(1 + Math.floor(Math.random() * 0xffff_ffff), at); // not 0
  const ids = IDS.toString('hex');
  return { traceparent: `00-${ids.slice(0, 32)}-${ids.slice(32)}-00` };
}

/** Ignores the headers if tracing is off. */
export function toContext(headers: TraceHeaders): Context {
  return propagation.extract(ROOT_CONTEXT, headers);
}

export function traceHeadersOf(span: Span): TraceHeaders {
  const headers = {} as TraceHeaders;
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), headers);
  return headers;
}
