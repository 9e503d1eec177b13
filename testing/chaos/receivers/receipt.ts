/** A notification that has reached a receiver as a whole. */
export interface Receipt {
  notificationId: string;
  channel: 'email' | 'webhook';
  /** In ms since the epoch. */
  at: number;
  /** Whether the receiver has said that it has it. */
  isTaken: boolean;
}
