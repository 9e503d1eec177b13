import type { Answer } from './follow.js';
import type { OrderFacts, Reservation } from './reservation.js';
import { Shelf, type StockLevel } from './shelf.js';

/**
 * What an order was answered, in its order, as its reservation tells. Of one that a version before has decided and that does
 * not tell all: what is short of the stock now, and only the last answer to a cancelled one.
 * @param stock what there is now of its items
 */
export function answersOf(reservation: Reservation, stock: readonly StockLevel[]): Answer[] {
  const { orderId, customerId, items, status, shortages } = reservation;
  const order: OrderFacts = { orderId, customerId, items };
  switch (status) {
    case 'HELD':
    case 'DEDUCTED':
      return [{ kind: 'reserved', order }];
    case 'REJECTED':
      return [{ kind: 'insufficient', order, shortages: shortages ?? new Shelf(stock).shortagesFor(items) }];
    case 'RELEASED':
      return [...(shortages ? [{ kind: 'reserved', order } as const] : []), { kind: 'released', order }];
    case 'CANCELLED':
      return [];
  }
}
