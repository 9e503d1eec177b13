import { hash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { IssuerUnavailable, Unauthenticated } from './denied.js';

export interface TokenOptions {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that names the customer of a token. */
  readonly customerClaim: string;
}

/** What a valid token says. */
export interface TokenClaims {
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
  /** Undefined if the token names none that an order could have: 1 to 64 characters, no control characters. */
  readonly customerId: string | undefined;
  /** In ms since the epoch. */
  readonly expiresAt: number;
}

/** Asymmetric ones only, so a public key can never pass for a shared secret. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 5;
const MAX_LENGTH = 8_192;
const SUBJECT = /^\P{Cc}{1,255}$/u;
const CUSTOMER = /^[^\p{Cc}\p{Cs}]{1,64}$/u;
/** How long a token that was valid is not verified again, though its key may have been withdrawn. */
const REMEMBERED_MS = 60_000;
const MAX_REMEMBERED = 10_000;
const BEARER = /^Bearer +([\w~+/.-]+=*)$/i;

/**
 * Verifies access tokens (RFC 9068): signature, issuer, audience, type, `exp` and `nbf`, with five seconds of tolerance. Tokens that
 * were valid are remembered by their hash for a minute.
 */
export class TokenVerifier {
  private readonly remembered = new LRUCache<string, TokenClaims>({
    max: MAX_REMEMBERED,
    perf: { now: () => performance.now() }, // the present one, so that tests can move the clock
  });

  constructor(
    private readonly options: TokenOptions,
    private readonly keys: JWTVerifyGetKey,
  ) {}

  /**
   * @param authorization the header
   * @throws {Unauthenticated}
   * @throws {IssuerUnavailable}
   */
  async verify(authorization: string | undefined): Promise<TokenClaims> {
    if (authorization === undefined) throw new Unauthenticated('An access token is required');
    const token = authorization.length <= MAX_LENGTH ? BEARER.exec(authorization)?.[1] : undefined;
    if (token === undefined)
      throw new Unauthenticated(
        `Authorization must be Bearer and a token of at most ${MAX_LENGTH} characters`,
        'invalid_request',
      );
    const key = hash('sha256', token, 'base64');
    const remembered = this.remembered.get(key);
    if (remembered) return remembered;
    const claims = this.claimsOf(await this.payloadOf(token));
    const leftMs = claims.expiresAt - Date.now();
    if (leftMs > 0) this.remembered.set(key, claims, { ttl: Math.min(leftMs, REMEMBERED_MS) });
    return claims;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    const { issuer, audience } = this.options;
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        typ: 'at+jwt',
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'iat', 'sub'],
      });
      return payload;
    } catch (error) {
      if (error instanceof IssuerUnavailable) throw error;
      throw new Unauthenticated(reasonOf(error), 'invalid_token');
    }
  }

  private claimsOf(payload: JWTPayload): TokenClaims {
    const { sub, scope, exp = 0 } = payload;
    const customerId = payload[this.options.customerClaim];
    if (!isText(sub, SUBJECT))
      throw new Unauthenticated(
        'The sub of the token must have 1 to 255 characters, and no control characters',
        'invalid_token',
      );
    return {
      subject: sub,
      scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []),
      customerId: isText(customerId, CUSTOMER) ? customerId : undefined,
      expiresAt: exp * 1_000,
    };
  }
}

/** A claim is whatever the issuer writes. */
const isText = (claim: unknown, pattern: RegExp): claim is string => typeof claim === 'string' && pattern.test(claim);

/** Names what is wrong without repeating anything of the token. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `The ${error.claim} of the token is not accepted`;
  if (error instanceof errors.JOSEAlgNotAllowed) return `The alg of the token must be one of ${ALGORITHMS.join(', ')}`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'The issuer has no key with the kid of the token';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'The signature of the token is not valid';
  return 'The token is not a signed JWT';
}
