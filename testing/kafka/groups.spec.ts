import { describe, expect, it } from '@jest/globals';
import { DEAD_LETTER_TOPICS, deadLetterTopic, GROUP_NAMES, topicsOf } from './groups.ts';

describe('the groups that the harnesses know', () => {
  it('have a dead-letter topic for each topic that they consume', () => {
    const expected = GROUP_NAMES.flatMap((group) => topicsOf(group).map((topic) => deadLetterTopic(topic, group)));
    expect(DEAD_LETTER_TOPICS).toEqual(expected);
    expect(deadLetterTopic('order-events', 'inventory-service')).toBe('order-events.inventory-service.dead-letter');
  });

  it('are refused by a name that none has', () => {
    expect(() => topicsOf('shipping-service')).toThrow(RangeError);
  });
});
