import { violationsOf } from './violation.mjs';

const violation = violationsOf('slow-clients');

/**
 * A request that does not arrive is given up, and its connection closed.
 * @param {Pick<import('../observer/evidence.mjs').Evidence, 'faults'>} evidence
 */
export function checkSlowClients({ faults }) {
  return faults
    .filter(({ fault, details }) => fault === 'slow-clients' && details.unfinished > 0)
    .map(({ details: { unfinished, victims } }) =>
      violation('an unfinished request is kept', { story: `${unfinished} at ${victims} after a minute` }),
    );
}
