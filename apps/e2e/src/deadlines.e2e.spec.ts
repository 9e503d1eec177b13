import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, type HttpResponse } from './system/client.js';
import { eventually } from './system/eventually.js';
import { System } from './system/system.js';

let system: System;
let client: Client;

beforeAll(async () => {
  system = await System.start();
  await system.stopService('order-service');
  system.startService('order-service', { ORDER_LATE_SECONDS: '1', ORDER_EXPIRY_SECONDS: '2' });
  await system.whenReady();
  client = new Client(system);
});
afterAll(async () => {
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

const item = async () => (await client.get('inventory-service', '/inventory/ITEM-004')).body;
const find = async (orderId: string) => (await client.get('order-service', `/orders/${orderId}`)).body;
const late = (more = '') => client.get('order-service', `/orders?late=true${more}`);
const idsOf = ({ body }: HttpResponse) => body.data.map(({ orderId }: { orderId: string }) => orderId);

async function place(): Promise<string> {
  const order = { customerId: 'CUST-late', items: [{ itemId: 'ITEM-004', quantity: 3 }], totalAmount: 10 };
  return (await client.post('order-service', '/orders', order)).body.orderId;
}

describe('an order that is not fulfilled in time', () => {
  it('is cancelled, its items become available again, and the customer learns of it', async () => {
    const before = await item();
    const orderId = await place();
    await eventually('the order has expired', async () => (await find(orderId)).status === 'CANCELLED');
    const { history } = await find(orderId);
    expect(history.map(({ status, reason }: Record<string, string>) => [status, reason])).toEqual([
      ['PENDING', undefined],
      ['CONFIRMED', undefined],
      ['CANCELLED', 'EXPIRED'],
    ]);
    await eventually('its items are available again', async () => (await item()).available === before.available);
    await eventually('the customer is notified', async () => {
      const { body } = await client.get(
        'notification-service',
        `/notifications?orderId=${orderId}&type=ORDER_CANCELLED`,
      );
      return body.length === 1;
    });
  });
});

describe('an order that is not decided in time', () => {
  it('is late until it is decided', async () => {
    await system.stopService('inventory-service');
    const orderId = await place();
    await eventually('the order is late', async () => idsOf(await late()).includes(orderId));
    expect(idsOf(await late('&customerId=CUST-late'))).toEqual([orderId]);
    expect(idsOf(await late('&status=CONFIRMED'))).toEqual([]);
    system.startService('inventory-service');
    await eventually('the order is decided', async () => idsOf(await late()).length === 0);
    expect((await find(orderId)).status).not.toBe('PENDING');
  });
});
