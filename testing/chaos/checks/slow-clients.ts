import { struckBy } from '../faults/details.ts';
import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const violation = violationsOf('slow-clients');

/** A request that does not arrive is abandoned, and its connection closed. */
export function checkSlowClients({ faults }: Pick<Evidence, 'faults'>) {
  return struckBy(faults, 'slow-clients')
    .filter(({ details: { unfinished = 0 } }) => unfinished > 0)
    .map(({ details: { unfinished, victims } }) =>
      violation('an unfinished request is kept', { story: `${unfinished} at ${victims.join(', ')} after a minute` }),
    );
}
