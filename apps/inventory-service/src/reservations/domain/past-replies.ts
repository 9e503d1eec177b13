import type { StockLevel } from '../../stock/domain/stock-level.js';
import type { Reply } from './decide-reservations.js';
import type { OrderFacts, Reservation } from './reservation.js';
import { WorkingStock } from './working-stock.js';

/**
 * The replies that an order got, oldest first, reconstructed from its reservation. A reservation that was decided before
 * shortages were stored does not hold all of them: its shortages are computed from the stock as it is now, and a released
 * one yields the release alone.
 * @param stock the current levels of the order's items
 */
export function pastReplies(reservation: Reservation, stock: readonly StockLevel[]): Reply[] {
  const { orderId, customerId, items, status, shortages, remaining } = reservation;
  const order: OrderFacts = { orderId, customerId, items };
  switch (status) {
    case 'HELD':
      return [{ kind: 'reserved', order }];
    case 'DEDUCTED': {
      const released = remaining && remaining.length > 0 ? [{ ...order, items: remaining }] : [];
      return [{ kind: 'reserved', order }, ...released.map((rest) => ({ kind: 'released', order: rest }) as const)];
    }
    case 'REJECTED':
      return [{ kind: 'insufficient', order, shortages: shortages ?? new WorkingStock(stock).shortagesFor(items) }];
    case 'RELEASED':
      return [...(shortages ? [{ kind: 'reserved', order } as const] : []), { kind: 'released', order }];
    case 'CANCELLED':
      return [];
  }
}
