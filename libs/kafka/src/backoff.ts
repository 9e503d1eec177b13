export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Exponential backoff with jitter: between half and all of `firstMs · 2^attempt`, at most `maxMs`. */
export function backoffMs(attempt: number, { firstMs, maxMs }: BackoffOptions): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** attempt);
  return Math.round(ceiling * (0.5 + Math.random() / 2));
}
