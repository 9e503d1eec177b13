import type { ConsumedMessage } from './message.js';

/**
 * A handler throws this if others hold locks on rows that the events of these keys need. These events are parked and retried
 * without a limit on attempts; the rest of the batch continues without them.
 */
export class LockedByOthers extends Error {
  override readonly name = 'LockedByOthers';
  /** Postgres' code of a lock timeout, so that the error counts as contention. */
  readonly code = '55P03';

  /**
   * @param what the locked row, such as `the item tea`
   * @param messages the messages of the keys, once they are known
   */
  constructor(
    readonly what: string,
    readonly keys: readonly string[],
    readonly messages: readonly ConsumedMessage[] = [],
  ) {
    super(`${what} is locked by others`);
  }

  /** The same error with those of `messages` that have one of the keys. */
  among(messages: readonly ConsumedMessage[]): LockedByOthers {
    const keys = new Set(this.keys);
    const locked = messages.filter(({ key }) => key && keys.has(key.toString()));
    return new LockedByOthers(this.what, this.keys, locked);
  }
}
