import fc from 'fast-check';
import {
  anyAdjustment,
  anyContact,
  anyItem,
  anyItemChange,
  anyLevel,
  anyOrder,
  anyReason,
  anyReplay,
  anyRepublication,
  anyShipment,
} from './random-bodies.js';
import { type ServiceName, SERVICES } from '../system/system.js';

export interface RandomRequest {
  readonly service: ServiceName;
  readonly method: 'DELETE' | 'PATCH' | 'POST' | 'PUT';
  /** As in OpenAPI. */
  readonly path: string;
  readonly body: fc.Arbitrary<unknown>;
  readonly runs: number;
}

const CONTACT = '/customers/{customerId}/contact';
const json = fc.jsonValue();

/** Requests of clients. */
export const SHOPPING: readonly RandomRequest[] = [
  { service: 'order-service', method: 'POST', path: '/orders', body: anyOrder, runs: 400 },
  { service: 'inventory-service', method: 'POST', path: '/inventory', body: anyItem, runs: 400 },
  { service: 'inventory-service', method: 'PATCH', path: '/inventory/{itemId}', body: anyItemChange, runs: 200 },
  {
    service: 'inventory-service',
    method: 'POST',
    path: '/inventory/{itemId}/adjustments',
    body: anyAdjustment,
    runs: 200,
  },
  { service: 'order-service', method: 'POST', path: '/orders/{orderId}/fulfil', body: anyShipment, runs: 200 },
  { service: 'order-service', method: 'POST', path: '/orders/{orderId}/cancel', body: anyReason, runs: 200 },
  { service: 'order-service', method: 'POST', path: '/orders/republish', body: anyRepublication, runs: 100 },
  { service: 'inventory-service', method: 'POST', path: '/reservations/republish', body: anyRepublication, runs: 100 },
  {
    service: 'notification-service',
    method: 'POST',
    path: '/notifications/{notificationId}/resend',
    body: json,
    runs: 50,
  },
  { service: 'notification-service', method: 'PUT', path: CONTACT, body: anyContact, runs: 400 },
  { service: 'notification-service', method: 'DELETE', path: CONTACT, body: fc.constant(undefined), runs: 100 },
];

/** Requests of operators, to every service. */
export const OPERATING: readonly RandomRequest[] = SERVICES.flatMap((service): RandomRequest[] => [
  { service, method: 'POST', path: '/dead-letters/replay', body: anyReplay, runs: 400 },
  { service, method: 'POST', path: '/dead-letters/{id}/replay', body: json, runs: 100 },
  { service, method: 'POST', path: '/dead-letters/{id}/discard', body: anyReason, runs: 100 },
  { service, method: 'POST', path: '/outbox/rejected/{position}/retry', body: json, runs: 50 },
  { service, method: 'POST', path: '/outbox/rejected/{position}/discard', body: anyReason, runs: 50 },
  { service, method: 'POST', path: '/customers/{customerId}/erase', body: json, runs: 50 },
  { service, method: 'PUT', path: '/log-level', body: anyLevel, runs: 100 },
]);
