/** Resolves once the condition holds. @throws if it does not in time */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  for (const end = Date.now() + withinMs; !(await condition()); await new Promise(setImmediate))
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${condition}`);
}
