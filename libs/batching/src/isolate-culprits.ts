export interface IsolateCulprits<Item> {
  /** Handles all items or none: a rejection must leave no trace of any of them. */
  readonly attempt: (items: readonly Item[]) => Promise<void>;
  /** Whether an error can be one item's fault. Any other error ends the search and is thrown as it is. */
  readonly isOwnFault: (error: unknown) => boolean | Promise<boolean>;
  /** Told of each item that fails even when it stands alone, before any later item is tried again. */
  readonly onCulprit: (item: Item, error: unknown) => Promise<void> | void;
}

/**
 * Attempts all items at once and, when that fails for a reason of its own, halves them in order until each
 * culprit stands alone. A batch without a culprit costs one attempt, one culprit among n costs about 2·log2(n).
 */
export async function isolateCulprits<Item>(items: readonly Item[], how: IsolateCulprits<Item>): Promise<void> {
  if (items.length === 0) return;
  try {
    await how.attempt(items);
  } catch (error) {
    if (!(await how.isOwnFault(error))) throw error;
    const [first] = items;
    if (items.length === 1) return how.onCulprit(first as Item, error);
    const half = Math.ceil(items.length / 2);
    await isolateCulprits(items.slice(0, half), how);
    await isolateCulprits(items.slice(half), how);
  }
}
