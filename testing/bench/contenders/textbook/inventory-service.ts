import { respond, serve } from '../http.ts';
import { consume, openProducer, type Line } from './kafka.ts';

interface Item {
  itemId: string;
  onHand: number;
  reserved: number;
}

const stock = new Map<string, Item>();
const publish = await openProducer('inventory-events');

await consume('inventory-service', ['order-events'], (_type, order) => {
  const isThere = order.items.every(isInStock);
  if (isThere) order.items.forEach(reserve);
  return publish(isThere ? 'INVENTORY_RESERVED' : 'INVENTORY_INSUFFICIENT', order);
});

function isInStock({ itemId, quantity }: Line) {
  const item = stock.get(itemId);
  return item !== undefined && quantity <= item.onHand - item.reserved;
}

function reserve({ itemId, quantity }: Line) {
  const item = stock.get(itemId);
  if (item) item.reserved += quantity;
}

serve((body, request, response) => {
  if (request.method === 'POST') {
    const items = JSON.parse(body) as { itemId: string; onHand: number }[];
    for (const { itemId, onHand } of items) stock.set(itemId, { itemId, onHand, reserved: 0 });
  }
  respond(response, 200, { stock: [...stock.values()] });
});
