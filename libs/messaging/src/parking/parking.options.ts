export interface RetrySchedule {
  /** How often an event is tried in all before it is a dead letter. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export interface KillSwitchOptions {
  /** So many different keys whose retries run out within the window trip the switch. */
  readonly keys: number;
  /** So many keys that have failed within the window do as well, where nearly nothing works. */
  readonly failingKeys: number;
  readonly windowMs: number;
  /** How often a single event is tried while the switch is tripped. */
  readonly trialEveryMs: number;
}

export interface ParkingOptions {
  readonly schedule: RetrySchedule;
  /** Messages that may be parked; beyond it nothing more is, and partitions wait at their poison message. */
  readonly maxParked: number;
  /** How long a message is kept after its replay or discard, and how long the audit goes back. */
  readonly retentionMs: number;
  readonly killSwitch: KillSwitchOptions;
}

export const PARKING_OPTIONS = Symbol('ParkingOptions');
