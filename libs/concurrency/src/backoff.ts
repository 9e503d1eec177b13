export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** How many times longer each wait is than the previous one; 2 unless given. */
  readonly factor?: number;
}

/**
 * How long to wait after so many failures in a row: exponential, with jitter between half of the delay and all of it.
 * @param failures at least 1
 * @param chance random number for the jitter, 0 to 1
 */
export function backoffMs(
  failures: number,
  { firstMs, maxMs, factor = 2 }: BackoffOptions,
  chance = Math.random(),
): number {
  const ceiling = Math.min(maxMs, firstMs * factor ** (failures - 1));
  return Math.round(ceiling * (0.5 + chance / 2));
}
