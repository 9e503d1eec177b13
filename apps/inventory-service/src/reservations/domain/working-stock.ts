import { availableOf, type StockLevel } from '../../stock/domain/stock-level.js';

export interface Quantity {
  readonly itemId: string;
  readonly quantity: number;
}

export interface Shortage {
  readonly itemId: string;
  readonly requested: number;
  readonly available: number;
}

/** What is left of `all` without `some`; undefined if `some` has more. */
export function subtract(all: readonly Quantity[], some: readonly Quantity[]): Quantity[] | undefined {
  const left = new Map(all.map(({ itemId, quantity }) => [itemId, quantity]));
  for (const { itemId, quantity } of some) left.set(itemId, (left.get(itemId) ?? 0) - quantity);
  if ([...left.values()].some((quantity) => quantity < 0)) return undefined;
  return [...left].flatMap(([itemId, quantity]) => (quantity > 0 ? [{ itemId, quantity }] : []));
}

/** By how many pieces an item's figures rise (positive) or fall (negative). */
export interface StockChange {
  readonly itemId: string;
  readonly onHand: number;
  readonly reserved: number;
}

/** The stock while a batch of events is decided: the stored levels, and the changes made so far. */
export class WorkingStock {
  private readonly levels: ReadonlyMap<string, StockLevel>;
  private readonly moved = new Map<string, StockChange>();

  constructor(stock: readonly StockLevel[]) {
    this.levels = new Map(stock.map((level) => [level.itemId, level]));
  }

  /** The item after the changes so far. */
  after(level: StockLevel): StockLevel {
    const { onHand, reserved } = this.changeOf(level.itemId);
    return { ...level, onHand: level.onHand + onHand, reserved: level.reserved + reserved };
  }

  /** 0 for an item that does not exist. */
  available(itemId: string): number {
    const level = this.levels.get(itemId);
    return level ? availableOf(this.after(level)) : 0;
  }

  /** The items of which fewer pieces are available than requested. */
  shortagesFor(items: readonly Quantity[]): Shortage[] {
    return items
      .map(({ itemId, quantity }) => ({ itemId, requested: quantity, available: this.available(itemId) }))
      .filter(({ requested, available }) => requested > available);
  }

  reserve(items: readonly Quantity[]): void {
    for (const { itemId, quantity } of items) this.move({ itemId, onHand: 0, reserved: quantity });
  }

  /** Reserved pieces become available again. */
  release(items: readonly Quantity[]): void {
    for (const { itemId, quantity } of items) this.move({ itemId, onHand: 0, reserved: -quantity });
  }

  /** Reserved pieces leave the warehouse. */
  deduct(items: readonly Quantity[]): void {
    for (const { itemId, quantity } of items) this.move({ itemId, onHand: -quantity, reserved: -quantity });
  }

  changes(): StockChange[] {
    return [...this.moved.values()].filter(({ onHand, reserved }) => onHand !== 0 || reserved !== 0);
  }

  private move({ itemId, onHand, reserved }: StockChange): void {
    const change = this.changeOf(itemId);
    this.moved.set(itemId, { itemId, onHand: change.onHand + onHand, reserved: change.reserved + reserved });
  }

  private changeOf(itemId: string): StockChange {
    return this.moved.get(itemId) ?? { itemId, onHand: 0, reserved: 0 };
  }
}
