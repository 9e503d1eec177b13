/** A guarantee that was violated. */
export interface Violation {
  /** The check that found it. */
  check: string;
  /** A short name, the same for the same kind. */
  what: string;
  orderId?: string;
  itemId?: string;
  /** The evidence. */
  story: string;
}

export const violationsOf =
  (check: string): ((what: string, about: { orderId?: string; itemId?: string; story: string }) => Violation) =>
  (what, about) => ({ check, what, ...about });
