import { AsyncLocalStorage } from 'node:async_hooks';
import { type TraceHeaders, traceIdIn } from './trace-headers.js';

/** The request or event that caused a piece of work. */
export interface Cause {
  /** The current position in its trace, which the consequences of the work continue. */
  readonly trace?: TraceHeaders;
  readonly eventId?: string;
}

/** One cause or, for a batch, one for each key. */
export type Causes = Cause | ReadonlyMap<string, Cause>;

const current = new AsyncLocalStorage<Causes>();

/** Runs work with its causes, which are known to everything that it calls, also asynchronously. */
export function causedBy<Result>(causes: Causes, work: () => Result): Result {
  return current.run(causes, work);
}

/** The cause of the current work, as far as it concerns `key`. */
export function causeOf(key: string): Cause | undefined {
  const causes = current.getStore();
  return causes instanceof Map ? causes.get(key) : (causes as Cause | undefined);
}

/** The cause of the current work, if it is a single request or event. */
export function onlyCause(): Cause | undefined {
  const causes = current.getStore();
  if (!(causes instanceof Map)) return causes as Cause | undefined;
  return causes.size === 1 ? (causes as ReadonlyMap<string, Cause>).values().next().value : undefined;
}

/** All causes of the current work. */
export function causes(): readonly Cause[] {
  const causes = current.getStore();
  if (causes === undefined) return [];
  return causes instanceof Map ? [...causes.values()] : [causes as Cause];
}

/** The fields for a log line about `key` that identify its cause. */
export function because(key: string): CauseFields {
  return causeFields(causeOf(key));
}

export interface CauseFields {
  readonly eventId?: string;
  /** Named as OpenTelemetry requires it in logs. */
  readonly trace_id?: string;
}

export function causeFields(cause: Cause | undefined): CauseFields {
  const { eventId, trace } = cause ?? {};
  return { ...(eventId && { eventId }), ...(trace && { trace_id: traceIdIn(trace) }) };
}
