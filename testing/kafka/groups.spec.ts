import { describe, expect, it } from '@jest/globals';
import { DEAD_LETTER_TOPICS, deadLetterTopic, GROUP_NAMES, topicsOf } from './groups.ts';

describe('the groups of the harnesses', () => {
  it('have a dead-letter topic for each topic that they consume', () => {
    const expected = GROUP_NAMES.flatMap((group) => topicsOf(group).map((topic) => deadLetterTopic(topic, group)));
    expect(DEAD_LETTER_TOPICS).toEqual(expected);
    expect(deadLetterTopic('order-events', 'inventory-service')).toBe('order-events.inventory-service.dead-letter');
  });

  it('throw for an unknown name', () => {
    expect(() => topicsOf('shipping-service')).toThrow(RangeError);
  });
});
