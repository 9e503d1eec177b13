import { DOCS_CLIENT, ROLES } from './roles.mjs';

/**
 * @param {string} secret of the clients that get tokens by it, one for each role
 * @param {readonly string[]} origins of the pages at `/docs`
 * @returns {import('oidc-provider').ClientMetadata[]}
 */
export function clientsOf(secret, origins) {
  /** @type {{ id_token_signed_response_alg: 'ES256' }} */
  const signed = { id_token_signed_response_alg: 'ES256' };
  return [
    ...Object.keys(ROLES).map((role) => ({
      ...signed,
      client_id: role,
      client_secret: secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    {
      ...signed,
      client_id: DOCS_CLIENT,
      application_type: 'native', // may redirect to http on loopback
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: origins.map((origin) => `${origin}/docs/oauth2-redirect.html`),
    },
  ];
}
