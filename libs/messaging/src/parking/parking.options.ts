export interface RetrySchedule {
  /** How often an event is tried in all before it is a dead letter. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export interface KillSwitchOptions {
  /** The switch trips if the retries of this many different keys run out within the window. */
  readonly keys: number;
  /** The switch also trips if this many keys fail within the window while nearly every attempt fails. */
  readonly failingKeys: number;
  readonly windowMs: number;
  /** How often a single event is tried while the switch is tripped. */
  readonly trialEveryMs: number;
}

export interface ParkingOptions {
  readonly schedule: RetrySchedule;
  /** The most parked messages; beyond that, partitions wait at their poison message. */
  readonly maxParked: number;
  /** How long settled messages and audit entries are kept. */
  readonly retentionMs: number;
  readonly killSwitch: KillSwitchOptions;
}

export const PARKING_OPTIONS = Symbol('ParkingOptions');
