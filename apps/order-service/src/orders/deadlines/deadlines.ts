/** How long orders may take; without a deadline, as long as they like. */
export interface Deadlines {
  /** An order that is still PENDING after this many seconds is late. */
  readonly lateSeconds?: number | undefined;
  /** An order that is still CONFIRMED after this many seconds is cancelled, or what is left of it since its last shipment. */
  readonly expirySeconds?: number | undefined;
}

export const DEADLINES = Symbol('Deadlines');
