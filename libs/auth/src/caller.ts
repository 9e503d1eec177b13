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

/** Who has done something, for an audit; null if callers are not authenticated. */
export const actorOf = (caller: Caller): string | null => (caller === ANYONE ? null : caller.subject);

/** Whether the caller may see and change the data of a customer. */
export const reaches = ({ customerId: own }: Caller, customerId: string): boolean =>
  own === undefined || own === customerId;

/** No customer has this id. */
const NOBODY = '';

/**
 * By which customer to filter, if a request asks for the rows of one, or of all: nothing matches that the caller does not reach.
 * @returns undefined for all customers
 */
export function customerWithin(caller: Caller, requested?: string): string | undefined {
  if (requested === undefined) return caller.customerId;
  return reaches(caller, requested) ? requested : NOBODY;
}
