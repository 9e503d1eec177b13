/** Every combination of the values of filters, in which each may also be absent. */
export function combinationsOf(values: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown>[] {
  return Object.entries(values).reduce<Record<string, unknown>[]>(
    (combinations, [name, each]) =>
      combinations.flatMap((one) => [one, ...each.map((value) => ({ ...one, [name]: value }))]),
    [{}],
  );
}
