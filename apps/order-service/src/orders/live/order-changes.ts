import { Injectable } from '@nestjs/common';
import { ChangeFeed, Database, expiredChanges, Listener, Purge } from '@orderflow/postgres';
import type { StatusChange } from '../domain/order-status.js';

/** An entry of an order's history, as JSON. */
export interface OrderChange extends Omit<StatusChange, 'at'> {
  readonly orderId: string;
  readonly customerId: string;
  readonly at: string;
}

/** The tables of the feed. */
export const ORDER_CHANGES = 'order_changes';

@Injectable()
export class OrderChanges extends ChangeFeed<OrderChange> {
  constructor(database: Database, listener: Listener) {
    super(database, listener, ORDER_CHANGES);
  }
}

@Injectable()
export class OrderChangesPurge extends Purge {
  constructor(database: Database) {
    super(database, expiredChanges(ORDER_CHANGES));
  }
}
