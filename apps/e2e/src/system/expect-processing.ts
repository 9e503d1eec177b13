import { expect } from '@jest/globals';
import type { Client } from './client.js';
import { eventually } from './eventually.js';

/** Places an order, and waits until all three services have done their part: it is confirmed, and its customer notified. */
export async function expectProcessing(client: Client): Promise<void> {
  const order = { customerId: 'CUST-123', items: [{ itemId: 'ITEM-001', quantity: 2 }], totalAmount: 100 };
  const { status, body } = await client.post('order-service', '/orders', order);
  expect(status).toBe(201);
  const path = `/orders/${body.orderId}`;
  await eventually('confirmed', async () => (await client.get('order-service', path)).body.status === 'CONFIRMED');
  const notifications = `/notifications?orderId=${body.orderId}`;
  await eventually('notified', async () => (await client.get('notification-service', notifications)).body.length === 2);
}
