import { respond, serve } from '../http.ts';
import { consume } from './kafka.ts';

const notifications: { at: number; body: string }[] = [];

await consume('notification-service', ['order-events', 'inventory-events'], (type, { orderId, customerId }) => {
  notifications.push({ at: Date.now(), body: `${customerId}: ${type} of order ${orderId}` });
  return undefined;
});

serve((_body, request, response) => {
  const since = Number(request.url?.split('since=')[1]);
  respond(response, 200, { notifications: notifications.filter(({ at }) => at >= since).length });
});
