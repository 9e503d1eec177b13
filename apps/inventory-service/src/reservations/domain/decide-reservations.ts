import { fallenLow, type LowStock, type StockLevel } from '../../stock/domain/stock-level.js';
import { heldBy, type OrderEvent, type OrderFacts, type Reservation, stepFor } from './reservation.js';
import { type Quantity, type Shortage, type StockChange, subtract, WorkingStock } from './working-stock.js';

/** What the other services learn about an order's reservation. */
export type Reply =
  | { readonly kind: 'reserved'; readonly order: OrderFacts }
  | { readonly kind: 'insufficient'; readonly order: OrderFacts; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'released'; readonly order: OrderFacts };

/** Pieces that arrived (positive) or left (negative), and for which order. */
export interface Movement {
  readonly itemId: string;
  readonly delta: number;
  readonly orderId: string;
}

/** The stored rows before a batch is decided. */
export interface StockState {
  /** Every item that the events name, as far as it exists; an item without a stock level has nothing available. */
  readonly stock: readonly StockLevel[];
  /** Every reservation of the orders that the events name, as far as it exists. */
  readonly reservations: readonly Reservation[];
}

/** All changes and replies that a batch of events leads to. */
export interface ReservationDecision {
  /** Reservations that did not exist before. */
  readonly opened: readonly Reservation[];
  /** Existing reservations, with their new status. */
  readonly changed: readonly Reservation[];
  /** One for each item whose figures differ after the batch. */
  readonly stockChanges: readonly StockChange[];
  /** Their sum for an item is the change of its `onHand`. */
  readonly movements: readonly Movement[];
  /** In the order of the events. */
  readonly replies: readonly Reply[];
  /** Items that were above their threshold and no longer are. */
  readonly lowStock: readonly LowStock[];
}

/**
 * Decides events one after another over the same stock: what one order reserves, the next cannot have, and what one
 * releases, the next can have. An order gets all of its items or none. An event that took effect before changes nothing.
 * @throws {ImpossibleEvent} for an event that the status machine of orders forbids; then nothing is decided
 */
export function decideReservations(state: StockState, events: readonly OrderEvent[]): ReservationDecision {
  const stock = new WorkingStock(state.stock);
  const before = new Map(state.reservations.map((reservation) => [reservation.orderId, reservation]));
  const after = new Map<string, Reservation>();
  const movements: Movement[] = [];
  const replies: Reply[] = [];
  for (const event of events) {
    const known = after.get(event.orderId) ?? before.get(event.orderId);
    const effect = effectOf(event, known, stock);
    if (!effect) continue;
    after.set(event.orderId, effect.reservation);
    movements.push(...(effect.movements ?? []));
    if (effect.reply) replies.push(effect.reply);
  }
  const decided = [...after.values()];
  return {
    opened: decided.filter(({ orderId }) => !before.has(orderId)),
    changed: decided.filter(({ orderId }) => before.has(orderId)),
    stockChanges: stock.changes(),
    movements,
    replies,
    lowStock: state.stock.flatMap((level) => fallenLow(level, stock.after(level)) ?? []),
  };
}

/** An order is fulfilled only while its items are reserved, part by part, and never cancelled after that: this event breaks the rule. */
export class ImpossibleEvent extends Error {
  override readonly name = 'ImpossibleEvent';
  /** Stable: operators filter dead letters by it. */
  readonly code = 'CONTRADICTION';

  constructor({ orderId, kind }: OrderEvent, known: Reservation | undefined) {
    super(`order ${orderId} is ${kind}, but its reservation ${known ? stateOf(known) : 'does not exist'}`);
  }
}

interface Effect {
  readonly reservation: Reservation;
  readonly movements?: readonly Movement[];
  readonly reply?: Reply;
}

/** Applies the event to the stock; undefined if the event changes nothing. */
function effectOf(event: OrderEvent, known: Reservation | undefined, stock: WorkingStock): Effect | undefined {
  const order = orderOf(known ?? event);
  const before: Reservation = known ?? { ...order, status: 'CANCELLED', shortages: null, parts: 0, remaining: null };
  switch (stepFor(event.kind, known?.status)) {
    case 'reserve':
      return reserve(before, stock);
    case 'release':
      if (before.parts > 0) throw new ImpossibleEvent(event, known);
      stock.release(order.items);
      return { reservation: { ...before, status: 'RELEASED', shortages: [] }, reply: { kind: 'released', order } };
    case 'deduct-part':
      return deductPart(event, before, stock);
    case 'deduct':
      return deduct(event, before, stock);
    case 'record-cancellation':
      return { reservation: before };
    case 'release-unreserved':
      return { reservation: { ...before, status: 'RELEASED' }, reply: { kind: 'released', order } };
    case 'ignore':
      return undefined;
    case 'fail':
      throw new ImpossibleEvent(event, known);
  }
}

function reserve(before: Reservation, stock: WorkingStock): Effect {
  const order = orderOf(before);
  const shortages = stock.shortagesFor(order.items);
  if (shortages.length > 0) {
    const reservation: Reservation = { ...before, status: 'REJECTED', shortages };
    return { reservation, reply: { kind: 'insufficient', order, shortages } };
  }
  stock.reserve(order.items);
  return { reservation: { ...before, status: 'HELD', shortages }, reply: { kind: 'reserved', order } };
}

/** The parts of an order come one after another; one that has been deducted changes nothing. */
function deductPart(event: OrderEvent, before: Reservation, stock: WorkingStock): Effect | undefined {
  const { part, shipment } = event as Extract<OrderEvent, { kind: 'partially-fulfilled' }>;
  if (part <= before.parts) return undefined;
  const remaining = subtract(heldBy(before), shipment);
  if (part > before.parts + 1 || !remaining || remaining.length === 0) throw new ImpossibleEvent(event, before);
  stock.deduct(shipment);
  return { reservation: { ...before, parts: part, remaining }, movements: movementsOf(before, shipment) };
}

/** What was cancelled after other parts had been shipped is released, everything else that is left is deducted. */
function deduct(event: OrderEvent, before: Reservation, stock: WorkingStock): Effect {
  const { cancelled = [] } = event as Extract<OrderEvent, { kind: 'fulfilled' }>;
  const shipment = subtract(heldBy(before), cancelled);
  if (!shipment) throw new ImpossibleEvent(event, before);
  stock.deduct(shipment);
  stock.release(cancelled);
  const remaining = before.parts > 0 || cancelled.length > 0 ? cancelled : null;
  return {
    reservation: { ...before, status: 'DEDUCTED', shortages: [], remaining },
    movements: movementsOf(before, shipment),
    ...(cancelled.length > 0 && { reply: { kind: 'released', order: { ...orderOf(before), items: cancelled } } }),
  };
}

function movementsOf({ orderId }: OrderFacts, items: readonly Quantity[]): Movement[] {
  return items.map(({ itemId, quantity }) => ({ itemId, delta: -quantity, orderId }));
}

function orderOf({ orderId, customerId, items }: OrderFacts): OrderFacts {
  return { orderId, customerId, items };
}

function stateOf({ status, parts }: Reservation): string {
  return parts > 0 ? `is ${status} with ${parts} shipped parts` : `is ${status}`;
}
