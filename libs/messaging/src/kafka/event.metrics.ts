import { Injectable } from '@nestjs/common';
import { type Counter, type Histogram, Metrics } from '@orderflow/observability';
import { type ConsumedMessage, headerOf } from '../envelope/message.js';

type EventLabels = Record<'topic' | 'type', string>;

type Outcome = 'consumed' | 'handled' | 'deduplicated' | 'parked';

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  consumed: 'Events that Kafka has delivered, duplicates included',
  handled: 'Events whose effect is committed, including those handled by a retry or replay',
  deduplicated: 'Duplicates: events that were delivered again after they were settled, and were dropped',
  parked: 'Events that were parked, because they failed, are bad input, or are behind a parked one of their key',
};
const AGE_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 21_600, 86_400];

/**
 * Counts the outcomes of consumed events by topic and type. Types without a handler here are `other`, so that foreign types
 * cannot create time series. Increments a counter once per batch and type.
 */
@Injectable()
export class EventMetrics {
  private readonly counters: Readonly<Record<Outcome, Counter<keyof EventLabels>>>;
  private readonly attempts: Counter<keyof EventLabels | 'result'>;
  private readonly age: Histogram<keyof EventLabels>;
  private readonly handledTypes = new Map<string, ReadonlyMap<string, EventLabels>>();

  constructor(metrics: Metrics) {
    const labels = ['topic', 'type'] as const;
    const counterOf = (outcome: Outcome) =>
      metrics.counter({ name: `events_${outcome}_total`, help: OUTCOMES[outcome], labels });
    this.counters = {
      consumed: counterOf('consumed'),
      handled: counterOf('handled'),
      deduplicated: counterOf('deduplicated'),
      parked: counterOf('parked'),
    };
    this.attempts = metrics.counter({
      name: 'events_retried_total',
      help: 'Attempts at parked events, by retries and replays',
      labels: [...labels, 'result'],
    });
    this.age = metrics.histogram(
      { name: 'event_age_seconds', help: 'Time from the ce_time of an event to the commit of its effect', labels },
      AGE_SECONDS,
    );
  }

  /** Starts a separate counter at 0 for each of the topic's types. */
  distinguish(topic: string, types: Iterable<string>): void {
    const labels = [...types, OTHER].map((type): EventLabels => ({ topic, type }));
    this.handledTypes.set(topic, new Map(labels.map((each) => [each.type, each])));
    for (const each of labels) {
      for (const counter of Object.values(this.counters)) counter.inc(each, 0);
      for (const result of ['succeeded', 'failed']) this.attempts.inc({ ...each, result }, 0);
    }
  }

  count(outcome: 'consumed' | 'deduplicated' | 'parked', messages: readonly ConsumedMessage[]): void {
    this.add(this.counters[outcome], messages);
  }

  /** Counts events whose effect has just been committed. */
  countHandled(messages: readonly ConsumedMessage[]): void {
    const now = Date.now();
    this.add(this.counters.handled, messages, (message, labels) => {
      const ageMs = now - Date.parse(headerOf(message, 'ce_time') ?? '');
      if (!Number.isNaN(ageMs)) this.age.observe(labels, Math.max(0, ageMs) / 1_000);
    });
  }

  countAttempt(message: ConsumedMessage, result: 'succeeded' | 'failed'): void {
    this.attempts.inc({ ...this.labelsOf(message), result });
  }

  private add(
    counter: Counter<keyof EventLabels>,
    messages: readonly ConsumedMessage[],
    also: (message: ConsumedMessage, labels: EventLabels) => void = () => undefined,
  ): void {
    const counts = new Map<EventLabels, number>();
    for (const message of messages) {
      const labels = this.labelsOf(message);
      counts.set(labels, (counts.get(labels) ?? 0) + 1);
      also(message, labels);
    }
    for (const [labels, n] of counts) counter.inc(labels, n);
  }

  private labelsOf(message: ConsumedMessage): EventLabels {
    const types = this.handledTypes.get(message.topic);
    return types?.get(headerOf(message, 'ce_type') ?? OTHER) ?? types?.get(OTHER) ?? NOT_CONSUMED;
  }
}

const OTHER = 'other';
/** For a parked message whose topic is no longer consumed. */
const NOT_CONSUMED: EventLabels = { topic: OTHER, type: OTHER };
