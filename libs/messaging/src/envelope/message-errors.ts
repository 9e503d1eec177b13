/** Bad input: the message can never be handled, however often it is tried. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';

  /** @param code stable, in capitals: operators filter by it */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** This version handles no event of this type. A newer version may, so the message is kept. */
export class TypeNotHandled extends Error {
  override readonly name = 'TypeNotHandled';
  readonly code = 'EVENT_TYPE_NOT_HANDLED';
}

/**
 * A partition is not at the position that this consumer knows: another replica has taken it over, or the database was
 * restored to an earlier state. The batch has no effect, and the consumer must read its positions again.
 */
export class PositionLost extends Error {
  override readonly name = 'PositionLost';
}
