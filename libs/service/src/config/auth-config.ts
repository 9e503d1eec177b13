import { IsBoolean, IsIn, IsOptional, IsString, Matches, MinLength, ValidateBy, ValidateIf } from 'class-validator';
import { Variable } from './variable.js';

const MODES = ['none', 'oauth2'] as const;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
/** An issuer on the machine itself may use http. */
const TRUSTED_URL = /^(https:\/\/\S+|http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(\/\S*)?)$/;
const IsTrustedUrl = () => Matches(TRUSTED_URL, { message: '$property must be an address as https://host/path' });
const IfDemanded = () => ValidateIf(({ auth }: AuthConfig) => auth === 'oauth2');

/** `AUTH=none` lets everyone in who can reach the service, so the address must be the machine's own. */
const IsSafeAt = (host: (config: AuthConfig) => string) =>
  ValidateBy({
    name: 'isSafeAt',
    validator: {
      validate: (auth, args) => {
        const config = args?.object as AuthConfig;
        return auth !== 'none' || config.authAllowNone || LOOPBACK.test(host(config));
      },
      defaultMessage: () =>
        'AUTH is none, so HOST must be a loopback address: set AUTH=oauth2, or AUTH_ALLOW_NONE=true if something else keeps strangers out',
    },
  });

/** Who may use a service. */
export abstract class AuthConfig {
  abstract host: string;

  @Variable('AUTH', { description: 'Who may use the service: everyone (none), or holders of access tokens (oauth2)' })
  @IsIn(MODES)
  @IsSafeAt(({ host }) => host)
  auth: (typeof MODES)[number] = 'none';

  @Variable('AUTH_ALLOW_NONE', {
    description: 'Whether AUTH may be none although HOST is no loopback address, such as in a private network',
  })
  @IsBoolean()
  authAllowNone: boolean = false;

  @Variable('AUTH_ISSUER', { description: 'The issuer of access tokens, exactly as in their claim iss' })
  @IfDemanded()
  @IsTrustedUrl()
  authIssuer?: string;

  @Variable('AUTH_AUDIENCE', { description: 'What access tokens must name in their claim aud' })
  @IfDemanded()
  @IsString()
  @MinLength(1)
  authAudience?: string;

  @Variable('AUTH_JWKS_URL', { description: 'Where the issuer publishes its keys (JWKS)' })
  @IfDemanded()
  @IsTrustedUrl()
  authJwksUrl?: string;

  @Variable('AUTH_CUSTOMER_CLAIM', { description: 'The claim that names the customer of a token' })
  @IsString()
  @MinLength(1)
  authCustomerClaim: string = 'customer_id';

  @Variable('AUTH_AUTHORIZATION_URL', {
    description:
      'The issuer’s authorization endpoint, to log in at /docs; needs AUTH_TOKEN_URL and AUTH_DOCS_CLIENT_ID',
  })
  @IsOptional()
  @IsTrustedUrl()
  authAuthorizationUrl?: string;

  @Variable('AUTH_TOKEN_URL', { description: 'The issuer’s token endpoint, to log in at /docs' })
  @ValidateIf(({ authAuthorizationUrl }: AuthConfig) => authAuthorizationUrl !== undefined)
  @IsTrustedUrl()
  authTokenUrl?: string;

  @Variable('AUTH_DOCS_CLIENT_ID', {
    description: 'The public client that /docs logs in as, by authorization code with PKCE',
  })
  @ValidateIf(({ authAuthorizationUrl }: AuthConfig) => authAuthorizationUrl !== undefined)
  @IsString()
  @MinLength(1)
  authDocsClientId?: string;
}
