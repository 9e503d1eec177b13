export { authorize, demand } from './authorize.js';
export { actorOf, ANYONE, type Caller, customerWithin, reaches } from './caller.js';
export { Forbidden, IssuerUnavailable, Unauthenticated } from './denied.js';
export { issuerKeys, type IssuerKeysOptions } from './issuer-keys.js';
export { CalledBy, Requires, SECURITY_SCHEME } from './requires.js';
export { extendRouteConfig } from './route-config.js';
export { OF_OPERATORS, OWN, type Scope, SCOPES } from './scopes.js';
export { type TokenClaims, type TokenOptions, TokenVerifier } from './token-verifier.js';
