/**
 * A local issuer of access tokens, for trying Orderflow on one machine:
 * `node tools/issuer/issuer.mjs <port> <folder> <seconds> <origin>…`. The folder keeps its key and the clients' secret; the tokens are
 * valid for so many seconds; the origins are those of the pages that log in. It listens on loopback.
 */
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { clientsOf } from './clients.mjs';
import { readKeys } from './keys.mjs';
import { logIn } from './log-in.mjs';
import { AUDIENCE, CUSTOMER_CLAIM, CUSTOMER_ID, DOCS_CLIENT, isRole, ROLES, SCOPES } from './roles.mjs';

const HOUR = 3_600;
const [port = '', folder = '', seconds = '', ...origins] = process.argv.slice(2);
const tokenSeconds = Number(seconds);
const { signingKey, secret } = readKeys(folder);

const provider = new Provider(`http://localhost:${port}`, {
  jwks: { keys: [signingKey] },
  clients: clientsOf(secret, origins),
  scopes: ['openid'],
  pkce: { required: () => true },
  clientBasedCORS: (_, origin, { clientId }) => clientId === DOCS_CLIENT && origins.includes(origin),
  // Short, so that the next login can be in another role.
  ttl: {
    Session: 60,
    Interaction: HOUR,
    Grant: HOUR,
    AccessToken: tokenSeconds,
    ClientCredentials: tokenSeconds,
    AuthorizationCode: 60,
  },
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  extraTokenClaims: (ctx, token) => {
    const customerId = 'accountId' in token ? customerOf(token.accountId) : ctx.oidc.body?.[CUSTOMER_CLAIM];
    const isCustomer = 'accountId' in token || token.clientId === 'customer';
    return isCustomer && typeof customerId === 'string' && CUSTOMER_ID.test(customerId)
      ? { [CUSTOMER_CLAIM]: customerId }
      : undefined;
  },
  formats: {
    customizers: {
      // Otherwise all customers would be one subject: the client that gets their tokens.
      jwt: (_, __, { payload }) => {
        payload.sub = payload[CUSTOMER_CLAIM] ?? payload.sub;
      },
    },
  },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => AUDIENCE,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, __, { clientId }) => ({
        scope: (isRole(clientId) ? ROLES[clientId] : SCOPES).join(' '),
        audience: AUDIENCE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: tokenSeconds,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});

const respond = provider.callback();
// A page whose own name is led to this machine cannot read what the issuer responds.
const hosts = ['localhost', '127.0.0.1'].map((name) => `${name}:${port}`);
createServer((request, response) => {
  if (!hosts.includes(request.headers.host ?? '')) response.writeHead(421).end();
  else if (request.url?.startsWith('/interaction/')) void logIn(provider, request, response);
  else void respond(request, response);
}).listen(Number(port), '127.0.0.1');

/** @param {string} accountId such as `customer CUST-123` */
function customerOf(accountId) {
  const [role, customerId] = accountId.split(' ');
  return role === 'customer' ? customerId : undefined;
}
