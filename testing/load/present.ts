/**
 * @param what names the value in the message
 * @returns `value`
 * @throws {RangeError} if it is undefined
 */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RangeError(`${what} is missing`);
  return value;
}

/** @throws {RangeError} for an empty list */
export const firstOf = <T>(list: readonly T[], what: string): T => present(list[0], what);
