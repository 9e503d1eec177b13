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
