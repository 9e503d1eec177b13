import { describe, expect, it } from '@jest/globals';
import { composeNotification } from './compose-notification.js';

const order = {
  orderId: 'o-1',
  customerId: 'CUST-1',
  items: [
    { itemId: 'CUP', quantity: 2 },
    { itemId: 'JUG', quantity: 1 },
  ],
};

describe('composeNotification', () => {
  it('addresses the customer and names the order, whatever the occasion', () => {
    for (const type of ['ORDER_CREATED', 'INVENTORY_RESERVED', 'ORDER_CANCELLED', 'ORDER_FULFILLED'] as const) {
      const notification = composeNotification({ type, order });
      expect(notification).toMatchObject({ type, orderId: 'o-1', customerId: 'CUST-1' });
      expect(notification.subject).toContain('o-1');
      expect(notification.body).toContain('2 × CUP, 1 × JUG');
    }
  });

  it('names what is short', () => {
    const { body } = composeNotification({
      type: 'INVENTORY_INSUFFICIENT',
      order,
      shortages: [{ itemId: 'JUG', requested: 1, available: 0 }],
    });
    expect(body).toContain('JUG (1 ordered, 0 available)');
  });

  it('lists nothing if the event does not name what is short', () => {
    const { body } = composeNotification({ type: 'INVENTORY_INSUFFICIENT', order, shortages: [] });
    expect(body).toBe(
      'Unfortunately, not everything you ordered is in stock. We have not reserved anything, and you will not be charged.',
    );
  });

  it('says which part is on its way, and what was cancelled of the rest', () => {
    const cups = [{ itemId: 'CUP', quantity: 1 }];
    const bodyOf = (occasion: Parameters<typeof composeNotification>[0]) => composeNotification(occasion).body;
    expect(bodyOf({ type: 'ORDER_PARTIALLY_FULFILLED', order, shipment: cups })).toContain(
      'on its way to you: 1 × CUP. The rest',
    );
    expect(bodyOf({ type: 'ORDER_FULFILLED', order, shipment: cups })).toContain('on its way to you: 1 × CUP.');
    expect(bodyOf({ type: 'ORDER_FULFILLED', order, cancelled: cups, reason: 'too late' })).toMatch(
      /cancelled: 1 × CUP\..*Reason: too late$/,
    );
  });

  it('gives the reason of a cancellation, if there is one', () => {
    const bodyFor = (reason?: string) => composeNotification({ type: 'ORDER_CANCELLED', order, reason }).body;
    expect(bodyFor('changed my mind')).toContain('changed my mind');
    expect(bodyFor()).not.toContain('undefined');
  });
});
