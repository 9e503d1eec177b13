import { openDatabase } from './database.ts';
import { groupCommit } from './group-commit.ts';
import { respond, serve } from '../http.ts';
import { consume, openProducer, type Event } from './kafka.ts';
import { columnsOf, openOutbox } from './outbox.ts';
import { uuidv7 } from '../uuid.ts';

/** One statement is one transaction and one round trip: orders, their events, and the end of published ones. */
const INSERT = `
  WITH deleted AS (DELETE FROM outbox WHERE event_id = ANY ($1::uuid[])),
  stored AS (INSERT INTO orders (order_id, customer_id, items, total_amount)
             SELECT * FROM unnest($2::uuid[], $3::text[], $4::jsonb[], $5::numeric[]))
  INSERT INTO outbox (event_id, key, type, value) SELECT * FROM unnest($6::uuid[], $7::text[], $8::text[], $9::text[])`;

/** A reply that comes again finds its order decided. */
const DECIDE = `
  UPDATE orders SET status = reply.status FROM unnest($1::uuid[], $2::text[]) AS reply (order_id, status)
  WHERE orders.order_id = reply.order_id AND orders.status = 'PENDING'`;

interface Order {
  orderId: string;
  customerId: string;
  items: unknown[];
  totalAmount: number;
}

const intake = await openDatabase();
const outbox = await openOutbox(intake, await openProducer('order-events'));

const orders = groupCommit<Order>(async (batch) => {
  const events = batch.map(toEvent);
  const columns = [
    batch.map(({ orderId }) => orderId),
    batch.map(({ customerId }) => customerId),
    batch.map(({ items }) => JSON.stringify(items)),
    batch.map(({ totalAmount }) => totalAmount),
  ];
  const values = [outbox.takePublished(), ...columns, ...columnsOf(events)];
  await intake.query({ name: 'insert', text: INSERT, values });
  outbox.publish(events);
});

const toEvent = (order: Order): Event => ({
  eventId: uuidv7(),
  orderId: order.orderId,
  type: 'ORDER_CREATED',
  value: JSON.stringify(order),
});

const replies = await openDatabase();
const decisions = groupCommit<Event>(async (batch) => {
  const statuses = batch.map(({ type }) => (type === 'INVENTORY_RESERVED' ? 'CONFIRMED' : 'REJECTED'));
  await replies.query({ name: 'decide', text: DECIDE, values: [batch.map(({ orderId }) => orderId), statuses] });
});

await consume('order-service', ['inventory-events'], decisions.add);
serve((body, _request, response) => {
  const order: Order = { orderId: uuidv7(), ...JSON.parse(body) };
  orders.add([order]).then(
    () => respond(response, 201, { orderId: order.orderId, status: 'PENDING' }),
    () => respond(response, 503, {}),
  );
});
