/** The request has no token, or one that is not valid (401). */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';

  /** @param error as in RFC 6750, section 3.1; undefined if there is no token */
  constructor(
    message: string,
    readonly error?: 'invalid_request' | 'invalid_token',
  ) {
    super(message);
  }
}

/** The token is valid, and allows none of what the operation requires (403). */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';

  /** @param scopes each of which would be enough */
  constructor(
    message: string,
    readonly scopes: readonly string[],
  ) {
    super(message);
  }
}

/** The issuer's keys are not known, and cannot be fetched (503). */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}
