/**
 * The nearest rank: a value that occurs, such as a latency that some request had.
 * @param sorted in ascending order
 * @param share 0.99 for the 99th percentile
 * @returns NaN if there is none
 */
export const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;

/**
 * Interpolates between the two nearest values, for the few figures of repeated runs.
 * @param share 0.5 for the median
 * @returns NaN if there is none
 */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? NaN;
  return below + ((sorted[Math.ceil(at)] ?? NaN) - below) * (at % 1);
}

export const median = (values: number[]): number => quantile(values, 0.5);
