import { ANYONE, type Caller } from '@orderflow/auth';
import type { Actor } from './domain/order-status.js';

/** Who makes the changes that a caller asks for; undefined if callers are not authenticated. */
export function changedBy(caller: Caller): Actor | undefined {
  if (caller === ANYONE) return undefined;
  return caller.customerId === undefined ? 'staff' : 'customer';
}
