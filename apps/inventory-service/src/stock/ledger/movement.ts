/** A change of an item's `onHand`. */
export interface Movement {
  /** A bigint as text; it rises with each movement of the item. */
  readonly movementId: string;
  readonly itemId: string;
  /** Pieces that arrived (positive) or left (negative). */
  readonly delta: number;
  readonly reason: string;
  /** The subject of the token with which it was booked. */
  readonly actor?: string;
  /** The order that the pieces left for. */
  readonly orderId?: string;
  readonly createdAt: Date;
}
