import { Logger } from '@nestjs/common';
import { issuerKeys, TokenVerifier } from '@orderflow/auth';
import type { HttpAuth } from '@orderflow/http';
import type { AuthConfig } from './config/auth-config.js';

/** How callers are authenticated; undefined if they are not, which is logged as a warning. */
export function authOf(config: AuthConfig): HttpAuth | undefined {
  const logger = new Logger('Auth');
  if (config.auth === 'none') {
    logger.warn('AUTH=none: whoever reaches this service may do everything. Set AUTH=oauth2 before you expose it');
    return undefined;
  }
  const { authIssuer, authAudience, authJwksUrl, authCustomerClaim } = config as Required<AuthConfig>; // validated
  const keys = issuerKeys({
    jwksUrl: authJwksUrl,
    onFailure: ({ message }, areKnown) => {
      const consequence = areKnown ? 'Known keys remain in use' : 'No token is accepted until then';
      logger.warn(`The issuer's keys cannot be fetched from ${authJwksUrl}: ${message}. ${consequence}`);
    },
  });
  const options = { issuer: authIssuer, audience: authAudience, customerClaim: authCustomerClaim };
  return { verifier: new TokenVerifier(options, keys), ...signInOf(config) };
}

function signInOf(config: AuthConfig): Pick<HttpAuth, 'signIn'> {
  const { authAuthorizationUrl: authorizationUrl, authTokenUrl: tokenUrl, authDocsClientId: clientId } = config;
  if (authorizationUrl === undefined || tokenUrl === undefined || clientId === undefined) return {};
  return { signIn: { authorizationUrl, tokenUrl, clientId } };
}
