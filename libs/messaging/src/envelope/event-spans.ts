import type { DecodedMessage } from './cloud-event.js';
import {
  activeTrace,
  type Cause,
  causedBy,
  causeOf,
  failSpan,
  isSampled,
  isTracing,
  type Span,
  SpanKind,
  type StartedSpan,
  startSpan,
  type TraceHeaders,
  traceHeadersIn,
  traceIdIn,
} from '@orderflow/observability';
import { type ConsumedMessage, headerOf, type OutgoingMessage, placeOf } from './message.js';

/** The trace in a message's headers. */
export function traceOf(message: Pick<OutgoingMessage | ConsumedMessage, 'headers'>): TraceHeaders | undefined {
  if (message.headers['traceparent'] === undefined) return undefined;
  return traceHeadersIn((name) => headerOf(message, name));
}

/**
 * The trace for the headers of a new event. It continues the trace of the event's cause, which is found by its key. Starts
 * a span `create`; if tracing is off, it propagates the cause's trace unchanged.
 */
export function traceOfNew(event: NewEvent): TraceHeaders | undefined {
  const together = activeTrace();
  const parent = causeOf(event.key)?.trace ?? together;
  const { span, trace } = startSpan(`create ${event.topic}`, {
    kind: SpanKind.PRODUCER,
    attributes: () => ({ ...attributesOf('create', event), 'messaging.message.id': event.id, ...keyAndType(event) }),
    parent,
    links: linksTo(together, parent),
  });
  span?.end();
  return trace;
}

export interface NewEvent {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
}

/** Sends messages, as a span `send` in the trace of each. */
export async function sending<Result>(
  messages: readonly OutgoingMessage[],
  send: () => Promise<Result>,
): Promise<Result> {
  const spans = isTracing() ? messages.flatMap((message) => startSending(message) ?? []) : [];
  return ending(spans, send);
}

function startSending(message: OutgoingMessage): Span | undefined {
  const parent = traceOf(message);
  if (!parent) return undefined;
  const attributes = () => ({ ...attributesOf('send', message), 'messaging.message.id': headerOf(message, 'ce_id') });
  return startSpan(`send ${message.topic}`, { kind: SpanKind.CLIENT, attributes, parent }).span;
}

/** Runs an operation on a whole batch of messages, in a span linked to all their traces. */
export function handlingTogether<Result>(
  messages: readonly ConsumedMessage[],
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isTracing()) return work();
  const causes = messages.map((message) => [placeOf(message), { trace: traceOf(message) }] as const);
  const isAnyRecorded = causes.some(([, { trace }]) => trace && isSampled(trace));
  return isAnyRecorded ? causedBy(new Map(causes), work) : work();
}

/**
 * Runs a handler of several events. Each event is the cause of the new events of its key, and has a span `process` in its
 * own trace. If several events have one key, the last one is the cause.
 */
export async function processing<Result>(
  events: readonly DecodedMessage[],
  consumerGroup: string,
  handle: () => Promise<Result>,
): Promise<Result> {
  const causes = new Map<string, Cause>();
  const spans: Span[] = [];
  const together = activeTrace();
  for (const { message, event } of events) {
    const { span, trace } = startProcessing({ message, event }, consumerGroup, together);
    if (span) spans.push(span);
    causes.set(event.subject, { eventId: event.id, trace });
  }
  return ending(spans, () => causedBy(causes, handle));
}

function startProcessing(
  { message, event }: DecodedMessage,
  consumerGroup: string,
  together: TraceHeaders | undefined,
): StartedSpan {
  const { topic, partition, offset } = message;
  const parent = traceOf(message);
  const attributes = () => ({
    ...attributesOf('process', message),
    'messaging.consumer.group.name': consumerGroup,
    'messaging.destination.partition.id': String(partition),
    'messaging.message.id': event.id,
    'kafka.offset': Number(offset),
    ...keyAndType({ key: event.subject, type: event.type }),
  });
  return startSpan(`process ${topic}`, {
    kind: SpanKind.CONSUMER,
    attributes,
    parent,
    links: linksTo(together, parent),
  });
}

/** A link to the transaction that an event shares with others, if that belongs to another trace. */
function linksTo(together: TraceHeaders | undefined, own: TraceHeaders | undefined): TraceHeaders[] {
  return together && (!own || traceIdIn(together) !== traceIdIn(own)) ? [together] : [];
}

async function ending<Result>(spans: readonly Span[], work: () => Promise<Result>): Promise<Result> {
  try {
    const result = await work();
    for (const span of spans) span.end();
    return result;
  } catch (error) {
    for (const span of spans) failSpan(span, error);
    throw error;
  }
}

/** OpenTelemetry's conventions for messaging, as of their version 1.45. */
function attributesOf(operation: 'create' | 'send' | 'process', { topic }: { topic: string }) {
  return {
    'messaging.system.name': 'kafka',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': topic,
  };
}

function keyAndType({ key, type }: { key: string; type: string }) {
  return { 'kafka.message.key': key, 'cloudevents.event_type': type };
}
