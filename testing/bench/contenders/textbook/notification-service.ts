import { respond, serve } from '../http.ts';
import { consume } from './kafka.ts';

const notifications: string[] = [];

await consume('notification-service', ['order-events', 'inventory-events'], (type, { orderId, customerId }) => {
  notifications.push(`${customerId}: ${type} of order ${orderId}`);
  return undefined;
});

serve((_body, _request, response) => respond(response, 200, { notifications: notifications.length }));
