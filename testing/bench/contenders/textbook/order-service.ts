import { randomUUID } from 'node:crypto';
import { respond, serve } from '../http.ts';
import { consume, openProducer, type Order } from './kafka.ts';

const orders = new Map<string, Order & { status: string }>();
const publish = await openProducer('order-events');

await consume('order-service', ['inventory-events'], (type, { orderId }) => {
  const order = orders.get(orderId);
  if (order) order.status = type === 'INVENTORY_RESERVED' ? 'CONFIRMED' : 'REJECTED';
  return undefined;
});

serve(async (body, request, response) => {
  if (request.method === 'GET') return respond(response, 200, { pending: countPending() });
  const order = { orderId: randomUUID(), ...JSON.parse(body), status: 'PENDING' };
  orders.set(order.orderId, order);
  await publish('ORDER_CREATED', order);
  respond(response, 201, order);
});

const countPending = () => [...orders.values()].filter(({ status }) => status === 'PENDING').length;
