import type { Scope } from './scopes.js';

/** Who makes a request. */
export interface Caller {
  /** For audits and idempotency keys: the `sub` of the token. */
  readonly subject: string;
  /** The only customer whose data the caller may see and change; undefined if it may those of all. */
  readonly customerId: string | undefined;
  /** When the token expires, in ms since the epoch; undefined if there is none. */
  readonly expiresAt: number | undefined;
  /** What the token allows. */
  readonly allows: (scope: Scope) => boolean;
}

/** The caller of a service that authenticates nobody. It may do everything. */
export const ANYONE: Caller = { subject: 'anyone', customerId: undefined, expiresAt: undefined, allows: () => true };
