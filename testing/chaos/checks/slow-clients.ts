import { struckBy } from '../faults/details.ts';
import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const violation = violationsOf('slow-clients');

/** The service abandons a request that does not arrive completely, and closes its connection. */
export function checkSlowClients({ faults }: Pick<Evidence, 'faults'>) {
  return struckBy(faults, 'slow-clients')
    .filter(({ details: { unfinished = 0 } }) => unfinished > 0)
    .map(({ details: { unfinished, victims } }) =>
      violation('an unfinished request is kept', { story: `${unfinished} at ${victims.join(', ')} after a minute` }),
    );
}
