export interface Bisection<Item> {
  /** Handles all items or none: if it rejects, it must have undone everything. */
  readonly attempt: (items: readonly Item[]) => Promise<void>;
  /** Whether a poison item can have caused the error. Any other error stops the search and is rethrown. */
  readonly mayBePoison: (error: unknown) => boolean | Promise<boolean>;
  /** Called for each item that fails on its own, before any later item is attempted. */
  readonly onPoison: (item: Item, error: unknown) => Promise<void> | void;
}

/**
 * Attempts all items at once. If that fails, halves them, in order, until each poison item stands alone. A batch without
 * one costs a single attempt; one among n costs about 2·log2(n).
 */
export async function bisect<Item>(items: readonly Item[], how: Bisection<Item>): Promise<void> {
  if (items.length === 0) return;
  try {
    await how.attempt(items);
  } catch (error) {
    if (!(await how.mayBePoison(error))) throw error;
    const [first] = items;
    if (items.length === 1) return how.onPoison(first as Item, error);
    const half = Math.ceil(items.length / 2);
    await bisect(items.slice(0, half), how);
    await bisect(items.slice(half), how);
  }
}
