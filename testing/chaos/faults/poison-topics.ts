import type { IHeaders } from 'kafkajs';

export interface PoisonKind {
  topic: string;
  type: string | null;
  /** that can't handle it */
  groups: string[];
  /** what differs from an event */
  make: (number: string) => Partial<{ key: Buffer | string | null; value: Buffer | string | null; headers: IHeaders }>;
}

const BOTH = {
  'order-events': ['inventory-service', 'notification-service'],
  'inventory-events': ['order-service', 'notification-service'],
};

/** The topics for poison messages, the types that they claim, and the groups that handle these types. */
export const ORDER_CREATED = { topic: 'order-events', type: 'ORDER_CREATED', groups: BOTH['order-events'] };

export const INVENTORY_RESERVED = {
  topic: 'inventory-events',
  type: 'INVENTORY_RESERVED',
  groups: BOTH['inventory-events'],
};

export const INVENTORY_INSUFFICIENT = { ...INVENTORY_RESERVED, type: 'INVENTORY_INSUFFICIENT' };
