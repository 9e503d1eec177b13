import createClient, { type ClientOptions } from 'openapi-fetch';
import type { components as Inventory, paths as InventoryPaths } from './generated/inventory-service.js';
import type { components as Notifications, paths as NotificationPaths } from './generated/notification-service.js';
import type { components as Orders, paths as OrderPaths } from './generated/order-service.js';

export type NewOrder = Orders['schemas']['PlaceOrderRequest'];
export type Order = Orders['schemas']['OrderResponse'];
export type NewItem = Inventory['schemas']['CreateItemRequest'];
export type Adjustment = Inventory['schemas']['AdjustStockRequest'];
export type Item = Inventory['schemas']['ItemResponse'];
export type Movement = Inventory['schemas']['MovementResponse'];
export type Reservation = Inventory['schemas']['ReservationResponse'];
export type Notification = Notifications['schemas']['NotificationResponse'];
/** Every error (RFC 9457). */
export type Problem = Orders['schemas']['Problem'];

/**
 * A client of the order service. Each method takes a path of its OpenAPI document with its parameters, and resolves with `data`
 * or, for a status of 400 and above, `error`; it rejects if there is no response.
 */
export const orderClient = (options: ClientOptions) => createClient<OrderPaths>(options);

/** A client of the inventory service; see {@link orderClient}. */
export const inventoryClient = (options: ClientOptions) => createClient<InventoryPaths>(options);

/** A client of the notification service; see {@link orderClient}. */
export const notificationClient = (options: ClientOptions) => createClient<NotificationPaths>(options);
