import { describe, expect, it } from '@jest/globals';
import { fieldsOf } from './message-fields.js';
import type { ConsumedMessage } from './message.js';

function messageOf(value: string, parts: Partial<ConsumedMessage> = {}): ConsumedMessage {
  return {
    ...{ topic: 'order-events', partition: 2, offset: '17', timestamp: '0', key: Buffer.from('o-1') },
    ...{ headers: { ce_id: 'e-1', ce_type: 'ORDER_CREATED' }, value: Buffer.from(value) },
    ...parts,
  };
}

describe('fieldsOf', () => {
  it('identifies a message, its event and the ids in its data', () => {
    expect(fieldsOf(messageOf('{"orderId":"o-1","customerId":"CUST-1","total":5}'))).toEqual({
      ...{ topic: 'order-events', partition: 2, offset: '17', key: 'o-1', type: 'ORDER_CREATED', eventId: 'e-1' },
      ...{ orderId: 'o-1', customerId: 'CUST-1' },
    });
  });

  it('does not parse a large value', () => {
    const padding = 'x'.repeat(20_000);
    expect(fieldsOf(messageOf(JSON.stringify({ orderId: 'o-1', padding })))).not.toHaveProperty('orderId');
  });

  it('is bounded, whatever the message', () => {
    const long = '😀'.repeat(2_000);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${n}Id`, `${n}`]));
    for (const data of [{ xId: long.slice(0, 8_000) }, { [`${long.slice(0, 4_000)}Id`]: 'x' }, many]) {
      const headers = { ce_id: long, ce_type: long };
      const fields = fieldsOf(messageOf(JSON.stringify(data), { headers, key: Buffer.from(long) }), data);
      expect(JSON.stringify(fields).length).toBeLessThan(2_000);
      expect(Buffer.from(JSON.stringify(fields)).toString()).toBe(JSON.stringify(fields));
    }
  });
});
