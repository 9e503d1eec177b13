import type { Evidence } from '../evidence.ts';
import { violationsOf } from './violation.ts';

const violation = violationsOf('outsider');

/** Nothing but a 401 for who has no valid token, and nothing but a 404 for another customer's order. */
export function checkOutsider({ access }: Pick<Evidence, 'access'>) {
  return access.breaches.map(({ attempt, status }) =>
    violation('an outsider was not refused', { story: `${attempt}: ${status}` }),
  );
}
