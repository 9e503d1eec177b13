import type { ConsumedMessage } from './message.js';

/**
 * Thrown by handlers: others hold for long what the events of these keys need. These events are parked and retried without
 * a limit on attempts; the rest of the batch goes on without them.
 */
export class LockedByOthers extends Error {
  override readonly name = 'LockedByOthers';
  /** Postgres' code of a lock timeout, so that it counts as contention. */
  readonly code = '55P03';

  /**
   * @param what as `the item tea`
   * @param messages those of the keys, once that is known
   */
  constructor(
    readonly what: string,
    readonly keys: readonly string[],
    readonly messages: readonly ConsumedMessage[] = [],
  ) {
    super(`${what} is locked by others`);
  }

  /** The same, with those of `messages` that have such a key. */
  among(messages: readonly ConsumedMessage[]): LockedByOthers {
    const keys = new Set(this.keys);
    const locked = messages.filter(({ key }) => key && keys.has(key.toString()));
    return new LockedByOthers(this.what, this.keys, locked);
  }
}
