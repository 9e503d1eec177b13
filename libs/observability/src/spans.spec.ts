import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { type Cause, causedBy } from './cause.js';
import { activeTrace, inSharedSpan, startSpan } from './spans.js';
import { recordSpans, type SpanRecord } from './testing/record-spans.js';
import { traceIdIn } from './trace-headers.js';

const options = { kind: SpanKind.CLIENT, attributes: {} };
const trace = (digit: string, flags = '01') => ({ traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-${flags}` });
const causesOf = (...traces: Cause['trace'][]) => new Map(traces.map((trace, n) => [String(n), { trace }]));

let record: SpanRecord;
beforeEach(() => {
  record = recordSpans();
});
afterEach(() => record.stop());

describe('inSharedSpan', () => {
  const work = async () => activeTrace();

  it('is part of the first recorded trace of those it is done for, and linked to the others', async () => {
    const causes = causesOf(trace('1', '00'), undefined, trace('2'), trace('3'), trace('4'));
    const inside = await causedBy(causes, () => inSharedSpan('transaction', options, work));
    const [span] = record.spans;
    expect(span?.spanContext().traceId).toBe('2'.repeat(32));
    expect(span?.links.map(({ context }) => context.traceId)).toEqual(['3'.repeat(32), '4'.repeat(32)]);
    expect(inside && traceIdIn(inside)).toBe('2'.repeat(32));
  });

  it('is no span where nothing is recorded', async () => {
    await causedBy(causesOf(trace('1', '00'), undefined), () => inSharedSpan('transaction', options, work));
    await inSharedSpan('transaction', options, work);
    expect(record.spans).toEqual([]);
  });

  it('ends as failed, and passes the error on', async () => {
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
  it('begins a trace where there is none, and continues one that is recorded', () => {
    startSpan('root', options)?.end();
    startSpan('child', { ...options, parent: trace('1') })?.end();
    expect(record.spans.map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId])).toEqual([
      ['root', undefined],
      ['child', '1'.repeat(16)],
    ]);
  });

  it('begins nothing in a trace that is not recorded, and nothing while tracing is off', () => {
    expect(startSpan('child', { ...options, parent: trace('1', '00') })).toBeUndefined();
    record.stop();
    expect(startSpan('root', options)).toBeUndefined();
    expect(activeTrace()).toBeUndefined();
  });
});
