import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { type RecordedSpan, recordSpans, type SpanRecord } from '../testing/record-spans.js';
import { type Cause, causedBy } from './cause.js';
import { activeTrace, failSpan, inSharedSpan, startSpan } from './spans.js';
import { traceIdIn } from './trace-headers.js';

const options = { kind: SpanKind.CLIENT, attributes: () => ({}) };
const trace = (digit: string, flags = '01') => ({ traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-${flags}` });
const causesOf = (...traces: Cause['trace'][]) => new Map(traces.map((trace, n) => [String(n), { trace }]));

let record: SpanRecord;
beforeEach(() => {
  record = recordSpans();
});
afterEach(() => record.stop());

describe('inSharedSpan', () => {
  const work = async () => activeTrace();

  it('is part of the first recorded trace of its causes, and linked to the others', async () => {
    const causes = causesOf(trace('1', '00'), undefined, trace('2'), trace('3'), trace('4'));
    const inside = await causedBy(causes, () => inSharedSpan('transaction', options, work));
    const [span] = record.spans;
    expect(span?.spanContext().traceId).toBe('2'.repeat(32));
    expect(span?.links.map(({ context }) => context.traceId)).toEqual(['3'.repeat(32), '4'.repeat(32)]);
    expect(inside && traceIdIn(inside)).toBe('2'.repeat(32));
  });

  it('starts no span if no trace is recorded', async () => {
    await causedBy(causesOf(trace('1', '00'), undefined), () => inSharedSpan('transaction', options, work));
    await inSharedSpan('transaction', options, work);
    expect(record.spans).toEqual([]);
  });

  it('ends with an error, and rethrows it', async () => {
    const broken = Object.assign(new Error('no stock'), { code: 'OUT_OF_STOCK' });
    const failing = () => inSharedSpan('transaction', options, () => Promise.reject(broken));
    await expect(causedBy({ trace: trace('1') }, failing)).rejects.toBe(broken);
    expect(record.spans[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'no stock' },
      attributes: { 'error.type': 'OUT_OF_STOCK' },
    });
  });
});

describe('startSpan', () => {
  it('starts a trace if there is none, and continues a recorded one', () => {
    startSpan('root', options).span?.end();
    startSpan('child', { ...options, parent: trace('1') }).span?.end();
    expect(record.spans.map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId])).toEqual([
      ['root', undefined],
      ['child', '1'.repeat(16)],
    ]);
  });

  it('starts no span in a trace that is not recorded, or while tracing is off', () => {
    const parent = trace('1', '00');
    expect(startSpan('child', { ...options, parent })).toEqual({ trace: parent });
    record.stop();
    expect(startSpan('child', { ...options, parent })).toEqual({ trace: parent });
    expect(startSpan('root', options)).toEqual({});
    expect(activeTrace()).toBeUndefined();
  });

  it('records a share of the traces that start here; the others only have an id', () => {
    record.stop();
    record = recordSpans(0.25);
    const started = Array.from({ length: 2_000 }, () => startSpan('root', options));
    const recorded = started.filter(({ span }) => span);
    expect(recorded.length).toBeGreaterThan(350); // 500 ± 19
    expect(recorded.length).toBeLessThan(650);
    const traceparents = started.map(({ span, trace }) => [span ? '01' : '00', trace?.traceparent ?? '']);
    for (const [flags, traceparent] of traceparents) {
      expect(traceparent).toMatch(new RegExp(`^00-[0-9a-f]{32}-[0-9a-f]{16}-${flags}$`));
    }
    expect(new Set(traceparents.map(([, traceparent]) => traceparent?.slice(3, 35))).size).toBe(2_000);
  });

  it('redacts secrets and cuts long texts', () => {
    const { span } = startSpan('work', {
      kind: SpanKind.INTERNAL,
      attributes: () => ({ 'messaging.kafka.message.key': 'anna@example.com', long: 'x'.repeat(400_000), count: 1 }),
    });
    failSpan(span as Span, new Error('cannot reach postgres://u:s3cr3t@db/shop'));
    const { attributes, status } = record.spans.at(-1) as RecordedSpan;
    expect(attributes['messaging.kafka.message.key']).toBe('[email]');
    expect(attributes['count']).toBe(1);
    expect(String(attributes['long']).length).toBeLessThanOrEqual(2_048);
    expect(status.message).toBe('cannot reach postgres://[redacted]@db/shop');
  });
});
