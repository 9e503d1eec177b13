import type { DecodedMessage } from './cloud-event.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { causedBy, causeOf, SpanKind } from '@orderflow/observability';
import { recordSpans, type SpanRecord } from '@orderflow/observability/testing';
import { handlingTogether, processing, sending, traceOf, traceOfNew } from './event-spans.js';
import { placeOf } from './message.js';

const trace = (digit: string, flags = '01') => ({ traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-${flags}` });

const received = (key: string, headers: Record<string, string>): DecodedMessage => ({
  message: { topic: 'orders', partition: 1, offset: '7', timestamp: '0', key: Buffer.from(key), value: null, headers },
  event: { id: `id of ${key}`, source: '/test', type: 'PLACED', subject: key, time: '', data: {} },
});
const answer = (key: string) => ({ id: 'a', topic: 'answers', key, type: 'ANSWERED' });

describe('with tracing', () => {
  let record: SpanRecord;
  beforeEach(() => {
    record = recordSpans();
  });
  afterEach(() => record.stop());

  it('processes each event in its own trace, which new events of its key continue', async () => {
    const answers = await processing([received('a', trace('1')), received('b', trace('2'))], 'shop', async () =>
      ['b', 'a'].map((key) => traceOfNew(answer(key))?.traceparent.slice(3, 35)),
    );
    expect(answers).toEqual(['2'.repeat(32), '1'.repeat(32)]);
    const process = record.spans.filter(({ name }) => name === 'process orders');
    const create = record.spans.filter(({ name }) => name === 'create answers');
    expect(process.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(['1'.repeat(16), '2'.repeat(16)]);
    expect(create.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      process.map((span) => span.spanContext().spanId).reverse(),
    );
    expect([process[0]?.kind, create[0]?.kind]).toEqual([SpanKind.CONSUMER, SpanKind.PRODUCER]);
  });

  it('links a span of the whole batch to all of its messages, recorded or not', async () => {
    const batch = [received('a', trace('1', '00')), received('b', trace('2')), received('c', {})];
    const messages = batch.map(({ message }, n) => ({ ...message, offset: String(n) }));
    const causes = await handlingTogether(messages, async () => messages.map((message) => causeOf(placeOf(message))));
    expect(causes).toEqual([{ trace: trace('1', '00') }, { trace: trace('2') }, {}]);
  });

  it('records the handler’s error on the span of every event', async () => {
    const failing = processing([received('a', trace('1'))], 'shop', () => Promise.reject(new TypeError('oh')));
    await expect(failing).rejects.toThrow('oh');
    expect(record.spans[0]?.attributes).toMatchObject({ 'error.type': 'TypeError' });
  });

  it('propagates that a trace is not recorded, and records no span of it', async () => {
    const unrecorded = trace('1', '00');
    const made = await processing([received('a', unrecorded)], 'shop', async () => traceOfNew(answer('a')));
    await sending([{ topic: 'answers', key: 'a', value: null, headers: { ...unrecorded } }], async () => undefined);
    expect(made).toEqual(unrecorded);
    expect(record.spans).toEqual([]);
  });

  it('sends each message in its own trace', async () => {
    const message = { topic: 'answers', key: 'a', value: null, headers: { ...trace('1'), ce_id: '5' } };
    await sending([message, { ...message, headers: {} }], async () => undefined);
    expect(record.spans.map(({ name, attributes }) => [name, attributes['messaging.message.id']])).toEqual([
      ['send answers', '5'],
    ]);
  });
});

describe('without tracing', () => {
  it('propagates a trace from an event to new events of its key, and to no others', async () => {
    const made = await processing([received('a', { ...trace('1') }), received('b', {})], 'shop', async () =>
      ['a', 'b', 'c'].map((key) => traceOfNew(answer(key))),
    );
    expect(made).toEqual([trace('1'), undefined, undefined]);
  });

  it('propagates a request’s trace to all events that it creates', () => {
    expect(causedBy({ trace: trace('1') }, () => traceOfNew(answer('a')))).toEqual(trace('1'));
  });

  it('knows the current event', async () => {
    await processing([received('a', {})], 'shop', async () => {
      expect(causeOf('a')).toMatchObject({ eventId: 'id of a' });
    });
  });

  it('creates no span for a batch as a whole', async () => {
    expect(await handlingTogether([received('a', trace('1')).message], async () => causeOf('a'))).toBeUndefined();
  });
});

it('ignores a malformed traceparent', () => {
  expect(traceOf({ headers: { traceparent: 'nonsense' } })).toBeUndefined();
});
