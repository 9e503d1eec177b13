import { describe, expect, it } from '@jest/globals';
import { EventDispatcher } from './event-dispatcher.js';
import type { ConsumedMessage } from './messages.js';

function messageOf(type: string, topic = 'order-events'): ConsumedMessage {
  return { topic, partition: 0, offset: '0', timestamp: '0', key: null, value: null, headers: { ce_type: type } };
}

const factsOf = ({ skipped }: EventDispatcher) => Object.fromEntries(skipped);

describe('what nobody handles', () => {
  it('is counted by topic and type', () => {
    const dispatcher = new EventDispatcher(new Map(), 'shop');
    dispatcher.countSkipped([messageOf('A'), messageOf('B'), messageOf('A'), messageOf('A', 'other-events')]);
    expect(factsOf(dispatcher)).toEqual({ 'order-events A': 2, 'order-events B': 1, 'other-events A': 1 });
  });

  it('stays small, whatever others send: beyond fifty types of a topic it is counted as other', () => {
    const dispatcher = new EventDispatcher(new Map(), 'shop');
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
