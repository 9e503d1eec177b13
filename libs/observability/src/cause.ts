import { AsyncLocalStorage } from 'node:async_hooks';
import { type TraceHeaders, traceIdIn } from './trace-headers.js';

/** What a piece of work goes back to: a request, or an event. */
export interface Cause {
  /** Where its trace is now; what the work leads to goes on from there. */
  readonly trace?: TraceHeaders;
  readonly eventId?: string;
}

/** One cause, or, for work that is done for many at once, one for each key. */
export type Causes = Cause | ReadonlyMap<string, Cause>;

const inHand = new AsyncLocalStorage<Causes>();

/** Does work that has causes; they are known to everything that it calls, also later and asynchronously. */
export function causedBy<Result>(causes: Causes, work: () => Result): Result {
  return inHand.run(causes, work);
}

/** What the work in hand goes back to, as far as it concerns `key`. */
export function causeOf(key: string): Cause | undefined {
  const causes = inHand.getStore();
  return causes instanceof Map ? causes.get(key) : (causes as Cause | undefined);
}

/** What the work in hand goes back to, where that is one request or event and not many. */
export function onlyCause(): Cause | undefined {
  const causes = inHand.getStore();
  if (!(causes instanceof Map)) return causes as Cause | undefined;
  return causes.size === 1 ? (causes as ReadonlyMap<string, Cause>).values().next().value : undefined;
}

/** All that the work in hand goes back to. */
export function causes(): readonly Cause[] {
  const causes = inHand.getStore();
  if (causes === undefined) return [];
  return causes instanceof Map ? [...causes.values()] : [causes as Cause];
}

/** What a line of the log about `key` says of its cause. */
export function because(key: string): CauseFields {
  return causeFields(causeOf(key));
}

export interface CauseFields {
  readonly eventId?: string;
  /** Named as OpenTelemetry wants it in logs. */
  readonly trace_id?: string;
}

export function causeFields(cause: Cause | undefined): CauseFields {
  const { eventId, trace } = cause ?? {};
  return { ...(eventId && { eventId }), ...(trace && { trace_id: traceIdIn(trace) }) };
}
