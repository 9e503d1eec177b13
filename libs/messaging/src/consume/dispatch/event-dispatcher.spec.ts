import { describe, expect, it } from '@jest/globals';
import type { MessageHandler } from '@nestjs/microservices';
import { Metrics } from '@orderflow/observability';
import type { Transaction } from '@orderflow/postgres';
import type { CloudEvent } from '../../envelope/cloud-event.js';
import { EventDispatcher, handles } from './event-dispatcher.js';
import { LockedByOthers } from '../../envelope/locked-by-others.js';
import type { ConsumedMessage } from '../../envelope/message.js';
import { EventMetrics } from '../../kafka/event.metrics.js';

const createDispatcher = () => new EventDispatcher('shop', new EventMetrics(new Metrics()));

function messageOf(type: string, topic = 'order-events'): ConsumedMessage {
  return { topic, partition: 0, offset: '0', timestamp: '0', key: null, value: null, headers: { ce_type: type } };
}

const factsOf = ({ skipped }: EventDispatcher) => Object.fromEntries(skipped);

describe('an event without a handler', () => {
  it('is counted by topic and type', () => {
    const dispatcher = createDispatcher();
    dispatcher.countSkipped([messageOf('A'), messageOf('B'), messageOf('A'), messageOf('A', 'other-events')]);
    expect(factsOf(dispatcher)).toEqual({ 'order-events A': 2, 'order-events B': 1, 'other-events A': 1 });
  });

  it('is counted as other beyond fifty types of a topic, which bounds the memory', () => {
    const dispatcher = createDispatcher();
    const types = Array.from({ length: 1_000 }, (_, n) => `${n}${'😀'.repeat(50_000)}`);
    dispatcher.countSkipped(types.map((type) => messageOf(type)));
    dispatcher.countSkipped([messageOf('LATE', 'other-events'), messageOf(types[0] as string)]);
    const facts = factsOf(dispatcher);
    expect(Object.keys(facts).length).toBe(52);
    expect(facts).toMatchObject({ 'order-events other': 950, 'other-events LATE': 1 });
    expect(Object.values(facts).reduce((sum, count) => sum + count)).toBe(1_002);
    expect(JSON.stringify(facts).length).toBeLessThan(8_000);
  });
});

describe('a handler that names the keys whose events need locked rows', () => {
  it('identifies their messages of its own topic', async () => {
    const handler = Object.assign(() => Promise.reject(new LockedByOthers('the row', ['a', 'c'])), {
      extras: handles(),
    }) as unknown as MessageHandler;
    const dispatcher = createDispatcher();
    dispatcher.connect(new Map([['order-events', handler]]));
    const messages = ['a', 'b', 'a'].map((key) => ({ ...messageOf('A'), key: Buffer.from(key) }));
    const elsewhere = { ...messageOf('A', 'other-events'), key: Buffer.from('a') };
    const due = [...messages, elsewhere].map((message) => ({ message, event: {} as CloudEvent }));
    const error: unknown = await dispatcher.dispatch({} as Transaction, due).catch((reason: unknown) => reason);
    expect(error).toEqual(new LockedByOthers('the row', ['a', 'c']));
    expect((error as LockedByOthers).messages).toEqual([messages[0], messages[2]]);
  });
});
