export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** How much longer each wait is than the one before; twice unless given. */
  readonly factor?: number;
}

/**
 * How long to wait after so many failures, one at least: exponential, with jitter from half to all of it.
 * @param chance from 0 to 1
 */
export function backoffMs(
  failures: number,
  { firstMs, maxMs, factor = 2 }: BackoffOptions,
  chance = Math.random(),
): number {
  const ceiling = Math.min(maxMs, firstMs * factor ** (failures - 1));
  return Math.round(ceiling * (0.5 + chance / 2));
}
