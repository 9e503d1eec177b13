import type { Evidence } from '../evidence.ts';
import { struckBy } from '../faults/details.ts';
import { violationsOf } from './violation.ts';

const violation = violationsOf('admitted');

/**
 * A good token is accepted, whether the issuer is there or not: by each replica that has ever got its keys. To a replica whose
 * clock is wrong, a token may have expired.
 */
export function checkAdmitted({ access, faults }: Pick<Evidence, 'access' | 'faults'>) {
  const skewed = struckBy(faults, 'clock-skew');
  return access.refusals
    .filter(
      ({ at, replica, detail }) =>
        !/has expired/.test(detail) ||
        !skewed.some(({ from, to, details: { victims } }) => from <= at && at <= to && victims.includes(replica)),
    )
    .map(({ at, replica, status, detail, request }) =>
      violation(status === 503 ? 'the keys of the issuer were forgotten' : 'a good token was refused', {
        story: `${new Date(at).toISOString()} ${replica}: ${request}: ${status} ${detail}`,
      }),
    );
}
