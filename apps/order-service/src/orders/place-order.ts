import { Injectable } from '@nestjs/common';
import { GroupCommit } from '@orderflow/batching';
import { OrderCreated, orderEvents } from '@orderflow/events';
import { Outbox } from '@orderflow/outbox';
import { Database, isDatabaseUnavailable } from '@orderflow/postgres';
import { v7 as uuidv7 } from 'uuid';
import { type Order, type OrderRequest, place } from './domain/order.js';
import { OrdersRepository } from './orders.repository.js';

/** Takes orders in. Concurrent ones share a transaction (group commit), and each is answered after its commit. */
@Injectable()
export class PlaceOrder {
  private readonly intake = new GroupCommit<Order, void>((orders) => this.commit(orders), {
    maxItems: 250,
    maxWaiting: 2_000,
    isOwnFault: (error) => !isDatabaseUnavailable(error),
  });

  constructor(
    private readonly database: Database,
    private readonly orders: OrdersRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @throws {QueueFull} when more orders wait than may; nothing is kept of this one then */
  async execute(request: OrderRequest): Promise<Order> {
    const order = place(request, { orderId: uuidv7(), at: new Date() });
    await this.intake.submit([order]);
    return order;
  }

  private commit(orders: readonly Order[]): Promise<void[]> {
    return this.database.transaction(async (tx) => {
      await this.orders.insert(tx, orders);
      await this.outbox.add(tx, orders.map(announceCreation));
      return orders.map(() => undefined);
    });
  }
}

function announceCreation({ orderId, customerId, items, totalAmount, currency, createdAt }: Order) {
  return orderEvents.announce(OrderCreated, orderId, {
    orderId,
    customerId,
    items: [...items],
    totalAmount,
    ...(currency === undefined ? {} : { currency }),
    createdAt: createdAt.toISOString(),
  });
}
