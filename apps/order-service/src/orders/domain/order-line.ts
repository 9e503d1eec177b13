/** Pieces of an item. */
export interface OrderLine {
  readonly itemId: string;
  readonly quantity: number;
}
