import { type OrderEvent, type OrderFacts, type Reservation, type ReservationStatus, stepFor } from './reservation.js';
import { Shelf, type Shortage, type StockChange, type StockLevel } from './shelf.js';

/** What the order service and the customer are told. */
export type Answer =
  | { readonly kind: 'reserved'; readonly order: OrderFacts }
  | { readonly kind: 'insufficient'; readonly order: OrderFacts; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'released'; readonly order: OrderFacts };

export interface LowStock {
  readonly itemId: string;
  readonly available: number;
  readonly lowStockThreshold: number;
}

/** Pieces that came (positive) or left (negative), and for which order. */
export interface Movement {
  readonly itemId: string;
  readonly delta: number;
  readonly orderId: string;
}

/** All that a batch of events leads to. */
export interface Consequences {
  /** Reservations that did not exist before. */
  readonly opened: readonly Reservation[];
  /** Reservations that did, with the status that they get. */
  readonly changed: readonly Reservation[];
  /** One for each item whose figures differ in the end. */
  readonly stockChanges: readonly StockChange[];
  /** Their sum for an item is the change of its `onHand`. */
  readonly movements: readonly Movement[];
  /** In the order of the events. */
  readonly answers: readonly Answer[];
  /** Items that were above their threshold and no longer are. */
  readonly low: readonly LowStock[];
}

export interface Situation {
  /** All items that the events name, as far as they exist; an item without a stock level has nothing available. */
  readonly stock: readonly StockLevel[];
  /** All reservations of the orders that the events name, as far as they exist. */
  readonly reservations: readonly Reservation[];
}

/**
 * Decides events one after another over the same stock: what one order gets, the next can't have, and what one gives
 * back, the next can have. An order gets all its items or none. An event that was here before changes nothing.
 * @throws {Contradiction} for an event that the status machine of orders forbids; nothing is decided then
 */
export function follow({ stock, reservations }: Situation, events: readonly OrderEvent[]): Consequences {
  const shelf = new Shelf(stock);
  const before = new Map(reservations.map((reservation) => [reservation.orderId, reservation]));
  const after = new Map<string, Reservation>();
  const movements: Movement[] = [];
  const answers: Answer[] = [];
  for (const event of events) {
    const known = after.get(event.orderId) ?? before.get(event.orderId);
    const effect = effectOf(event, known, shelf);
    if (!effect) continue;
    const { status, shortages } = effect;
    after.set(event.orderId, { ...(known ?? orderOf(event)), status, shortages });
    movements.push(...(effect.movements ?? []));
    if (effect.answer) answers.push(effect.answer);
  }
  const written = [...after.values()];
  return {
    opened: written.filter(({ orderId }) => !before.has(orderId)),
    changed: written.filter(({ orderId }) => before.has(orderId)),
    stockChanges: shelf.changes(),
    movements,
    answers,
    low: stock.flatMap((level) => lowStockOf(level, shelf)),
  };
}

/** What can't happen, as an order is fulfilled only once its items are held, and not cancelled after that. */
export class Contradiction extends Error {
  override readonly name = 'Contradiction';

  constructor({ orderId, kind }: OrderEvent, status: ReservationStatus | undefined) {
    super(`order ${orderId} is ${kind}, but its reservation is ${status ?? 'not there'}`);
  }
}

interface Effect {
  readonly status: ReservationStatus;
  readonly shortages: Reservation['shortages'];
  readonly movements?: readonly Movement[];
  readonly answer?: Answer;
}

/** Moves the shelf along; undefined where the event changes nothing. */
function effectOf(event: OrderEvent, known: Reservation | undefined, shelf: Shelf): Effect | undefined {
  const order = orderOf(known ?? event);
  switch (stepFor(event.kind, known?.status)) {
    case 'reserve':
      return reserve(order, shelf);
    case 'release':
      shelf.giveBack(order.items);
      return { status: 'RELEASED', shortages: [], answer: { kind: 'released', order } };
    case 'deduct':
      shelf.takeAway(order.items);
      return { status: 'DEDUCTED', shortages: [], movements: movementsOf(order) };
    case 'remember':
      return { status: 'CANCELLED', shortages: null };
    case 'decline':
      return { status: 'RELEASED', shortages: null, answer: { kind: 'released', order } };
    case 'nothing':
      return undefined;
    case 'contradict':
      throw new Contradiction(event, known?.status);
  }
}

function reserve(order: OrderFacts, shelf: Shelf): Effect {
  const shortages = shelf.shortagesFor(order.items);
  if (shortages.length > 0)
    return { status: 'REJECTED', shortages, answer: { kind: 'insufficient', order, shortages } };
  shelf.hold(order.items);
  return { status: 'HELD', shortages, answer: { kind: 'reserved', order } };
}

function movementsOf({ orderId, items }: OrderFacts): Movement[] {
  return items.map(({ itemId, quantity }) => ({ itemId, delta: -quantity, orderId }));
}

function orderOf({ orderId, customerId, items }: OrderFacts): OrderFacts {
  return { orderId, customerId, items };
}

function lowStockOf({ itemId, onHand, reserved, lowStockThreshold }: StockLevel, shelf: Shelf): LowStock[] {
  const available = shelf.available(itemId);
  const crossed = onHand - reserved > lowStockThreshold && available <= lowStockThreshold;
  return crossed ? [{ itemId, available, lowStockThreshold }] : [];
}
