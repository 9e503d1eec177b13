import type { Caller } from './caller.js';
import { Forbidden } from './denied.js';
import { OWN, type Scope } from './scopes.js';
import type { TokenClaims } from './token-verifier.js';

/**
 * Who makes a request to an operation that any of these scopes allows. If only the scope of customers does, the caller is
 * bound to the customer whom the token names.
 * @throws {Forbidden}
 */
export function authorize({ subject, scopes, customerId, expiresAt }: TokenClaims, required: readonly Scope[]): Caller {
  const granted = required.filter((scope) => scopes.has(scope));
  if (granted.length === 0) throw new Forbidden(`The token has none of the scopes ${required.join(', ')}`, required);
  const allows = (scope: Scope) => scopes.has(scope);
  if (granted.some((scope) => scope !== OWN)) return { subject, customerId: undefined, expiresAt, allows };
  if (customerId === undefined) throw new Forbidden('The token names no customer', required);
  return { subject, customerId, expiresAt, allows };
}

/**
 * Refuses what needs a scope besides one of its operation.
 * @throws {Forbidden} which is a response of its own: 403 with `insufficient_scope`
 */
export function demand({ allows }: Caller, scope: Scope): void {
  if (!allows(scope)) throw new Forbidden(`This also requires the scope ${scope}`, [scope]);
}
