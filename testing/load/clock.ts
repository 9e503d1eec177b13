/** @returns milliseconds since the epoch, with fractions, to compare with the services' times on the same machine */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
