import { Injectable } from '@nestjs/common';
import {
  type Announcement,
  InventoryInsufficient,
  inventoryEvents,
  InventoryLow,
  InventoryReserved,
} from '@orderflow/events';
import { Outbox } from '@orderflow/outbox';
import type { Transaction } from '@orderflow/postgres';
import { type Decision, type Demand, type LowStock, reserve } from './domain/reserve.js';
import { ReservationsRepository } from './reservations.repository.js';

/** Answers orders, in their order: holds all items of each, or none. */
@Injectable()
export class ReserveStock {
  constructor(
    private readonly reservations: ReservationsRepository,
    private readonly outbox: Outbox,
  ) {}

  async execute(tx: Transaction, demands: readonly Demand[]): Promise<void> {
    const itemIds = new Set(demands.flatMap(({ items }) => items.map(({ itemId }) => itemId)));
    const stock = await this.reservations.lockStock(tx, [...itemIds]);
    const { decisions, increases, low } = reserve(stock, demands);
    const held = decisions.filter(({ kind }) => kind === 'reserved').map(({ demand }) => demand);
    await this.reservations.hold(tx, held, increases);
    await this.outbox.add(tx, [...decisions.map(announceDecision), ...low.map(announceLowStock)]);
  }
}

function announceDecision(decision: Decision): Announcement {
  const { orderId, customerId, items } = decision.demand;
  const order = { orderId, customerId, items: [...items] };
  if (decision.kind === 'reserved') return inventoryEvents.announce(InventoryReserved, orderId, order);
  return inventoryEvents.announce(InventoryInsufficient, orderId, { ...order, shortages: [...decision.shortages] });
}

function announceLowStock(low: LowStock): Announcement {
  return inventoryEvents.announce(InventoryLow, `item:${low.itemId}`, { ...low });
}
