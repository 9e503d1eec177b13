/** How many clients of a replica may keep a connection while nothing happens. */
export interface LiveLimits {
  readonly maxWaiting: number;
  readonly maxStreams: number;
}

export const LIVE_LIMITS = Symbol('LiveLimits');

/** Two fifths of the connections for each kind, so that other requests keep a fifth. */
export function liveLimitsOf(maxConnections: number): LiveLimits {
  const share = Math.floor(maxConnections * 0.4);
  return { maxWaiting: share, maxStreams: share };
}
