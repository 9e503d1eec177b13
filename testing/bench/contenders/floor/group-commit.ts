/**
 * Collects items while a batch is being committed, and commits them as the next one: there is one batch at a time, and it is as
 * large as the load makes it.
 * @param commit a failure of it rejects all `add`s of its batch
 */
export function groupCommit<Item>(commit: (items: Item[]) => Promise<void>) {
  let waiting: Item[] = [];
  let next: Promise<void> | undefined;
  let last = Promise.resolve();
  const commitWaiting = () => {
    const items = waiting;
    waiting = [];
    next = undefined;
    return commit(items);
  };
  return {
    /** @returns when all of them are committed */
    add: (items: Item[]): Promise<void> => {
      waiting.push(...items);
      next ??= last.then(commitWaiting);
      last = next.catch(() => undefined);
      return next;
    },
  };
}
