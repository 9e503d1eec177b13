import { describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { EventMetrics } from './event.metrics.js';
import type { ConsumedMessage } from '../envelope/message.js';

function message(topic: string, headers: Record<string, string> = {}): ConsumedMessage {
  return { topic, partition: 0, offset: '0', timestamp: '0', key: null, value: null, headers };
}

function eventMetrics() {
  const metrics = new Metrics();
  const events = new EventMetrics(metrics);
  events.distinguish('sales', ['SOLD']);
  return { metrics, events };
}

describe('EventMetrics', () => {
  it('starts at 0 for every handled type', async () => {
    const { metrics } = eventMetrics();
    expect(await sample(metrics, 'events_handled_total{topic="sales",type="SOLD"}')).toBe(0);
    expect(await sample(metrics, 'events_retried_total{topic="sales",type="SOLD",result="failed"}')).toBe(0);
  });

  it('has one series for all types without a handler, and one for topics without a consumer', async () => {
    const { metrics, events } = eventMetrics();
    const strange = ['A', 'B', 'toString'].map((type) => message('sales', { ce_type: type }));
    events.count('consumed', [...strange, message('sales'), message('left', { ce_type: 'SOLD' })]);
    expect(await sample(metrics, 'events_consumed_total{topic="sales",type="other"}')).toBe(4);
    expect(await sample(metrics, 'events_consumed_total{topic="other",type="other"}')).toBe(1);
  });

  it.each([
    ['without a time', {}, undefined],
    ['with one that is none', { ce_time: 'yesterday' }, undefined],
    ['from the future of another clock', { ce_time: '2999-01-01T00:00:00Z' }, 0],
  ])('takes an event %s', async (_, headers, age) => {
    const { metrics, events } = eventMetrics();
    events.countHandled([message('sales', { ce_type: 'SOLD', ...headers })]);
    expect(await sample(metrics, 'events_handled_total{topic="sales",type="SOLD"}')).toBe(1);
    expect(await sample(metrics, 'event_age_seconds_sum{topic="sales",type="SOLD"}')).toBe(age);
  });
});
