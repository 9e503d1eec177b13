import { describe, expect, it } from '@jest/globals';
import { compose } from './compose.js';

const order = {
  orderId: 'o-1',
  customerId: 'CUST-1',
  items: [
    { itemId: 'CUP', quantity: 2 },
    { itemId: 'JUG', quantity: 1 },
  ],
};

describe('compose', () => {
  it('addresses the customer and names the order, whatever the occasion', () => {
    for (const type of ['ORDER_CREATED', 'INVENTORY_RESERVED', 'ORDER_CANCELLED', 'ORDER_FULFILLED'] as const) {
      const letter = compose({ type, order });
      expect(letter).toMatchObject({ type, orderId: 'o-1', customerId: 'CUST-1' });
      expect(letter.subject).toContain('o-1');
      expect(letter.body).toContain('2 × CUP, 1 × JUG');
    }
  });

  it('says what is short', () => {
    const { body } = compose({
      type: 'INVENTORY_INSUFFICIENT',
      order,
      shortages: [{ itemId: 'JUG', requested: 1, available: 0 }],
    });
    expect(body).toContain('JUG (1 ordered, 0 available)');
  });

  it('lists nothing where the event does not say what is short', () => {
    const { body } = compose({ type: 'INVENTORY_INSUFFICIENT', order, shortages: [] });
    expect(body).toBe('Not everything is in stock. Nothing is held, nothing is charged.');
  });

  it('says why an order is cancelled where a reason was given', () => {
    const bodyFor = (reason?: string) => compose({ type: 'ORDER_CANCELLED', order, reason }).body;
    expect(bodyFor('changed my mind')).toContain('changed my mind');
    expect(bodyFor()).not.toContain('undefined');
  });
});
