/** A promise that was not kept */
export interface Violation {
  /** which found it */
  check: string;
  /** in a few words, the same for the same kind */
  what: string;
  orderId?: string;
  itemId?: string;
  /** the evidence */
  story: string;
}

export const violationsOf =
  (check: string): ((what: string, about: { orderId?: string; itemId?: string; story: string }) => Violation) =>
  (what, about) => ({ check, what, ...about });
