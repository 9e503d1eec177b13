import { openDatabase } from './database.ts';
import { groupCommit } from './group-commit.ts';
import { serve } from '../http.ts';
import { consume, type Event } from './kafka.ts';

/** A notification has the id of its event, which finds it when it comes again. */
const INSERT = `
  INSERT INTO notifications (notification_id, order_id, type, body)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`;

const database = await openDatabase();

const notifications = groupCommit<Event>(async (batch) => {
  const values = [
    batch.map(({ eventId }) => eventId),
    batch.map(({ orderId }) => orderId),
    batch.map(({ type }) => type),
    batch.map(describe),
  ];
  await database.query({ name: 'insert', text: INSERT, values });
});

function describe({ orderId, type, value }: Event) {
  const { customerId } = JSON.parse(value) as { customerId: string };
  return `${customerId}: ${type} of order ${orderId}`;
}

await consume('notification-service', ['order-events', 'inventory-events'], notifications.add);
serve((_body, _request, response) => void response.writeHead(404).end());
