export interface Bisection<Item> {
  /** Handles all items or none: a rejection must leave no trace of any of them. */
  readonly attempt: (items: readonly Item[]) => Promise<void>;
  /** Whether an error can be one item's fault. Any other error ends the search and is thrown as it is. */
  readonly isOwnFault: (error: unknown) => boolean | Promise<boolean>;
  /** Told of each item that fails even when it stands alone, before any later item is tried again. */
  readonly onPoison: (item: Item, error: unknown) => Promise<void> | void;
}

/**
 * Attempts all items at once and, when that fails for a reason of its own, halves them in order until each
 * poisonous one stands alone. A batch without any costs one attempt, one among n costs about 2·log2(n).
 */
export async function bisect<Item>(items: readonly Item[], how: Bisection<Item>): Promise<void> {
  if (items.length === 0) return;
  try {
    await how.attempt(items);
  } catch (error) {
    if (!(await how.isOwnFault(error))) throw error;
    const [first] = items;
    if (items.length === 1) return how.onPoison(first as Item, error);
    const half = Math.ceil(items.length / 2);
    await bisect(items.slice(0, half), how);
    await bisect(items.slice(half), how);
  }
}
