import type { ConsumedMessage } from './message.js';

/**
 * For handlers: what the events of these keys need is locked by others for long. They are set aside and tried again without
 * limit; the others of the batch go on without them.
 */
export class LockedByOthers extends Error {
  override readonly name = 'LockedByOthers';
  /** That of a lock timeout: whoever looks takes it for contention. */
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
