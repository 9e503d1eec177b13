/** Bad input: the same message can never be handled, however often it is tried. */
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

/** Nobody here handles an event of this type: a newer version of the service may, so it is left alone. */
export class TypeNotHandled extends Error {
  override readonly name = 'TypeNotHandled';
  readonly code = 'EVENT_TYPE_NOT_HANDLED';
}

/**
 * A partition is not where this consumer believes it to be: another replica has taken it over, or the database was restored
 * to an earlier state. Nothing was done; where to go on has to be asked anew.
 */
export class PositionLost extends Error {
  override readonly name = 'PositionLost';
}
