import { SCOPES } from '@orderflow/auth';
import type { HttpAuth } from '../security/authentication.js';

/** The part of an operation that says who may use it: each entry is enough. */
export interface Secured {
  security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** How clients get a token, as far as the service knows. */
export function securityScheme({ signIn }: HttpAuth): object {
  const description = 'An access token (RFC 9068) of the configured issuer';
  if (!signIn) return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description };
  const { authorizationUrl, tokenUrl } = signIn;
  return { type: 'oauth2', description, flows: { authorizationCode: { authorizationUrl, tokenUrl, scopes: SCOPES } } };
}
