import { violationsOf } from './violation.mjs';

const violation = violationsOf('records-lost');

/**
 * A service that has missed records, which were deleted before it read them, says so.
 * @param {Pick<import('../observer/evidence.mjs').Evidence, 'faults'>} evidence
 */
export function checkRecordsLost({ faults }) {
  return faults
    .filter(({ fault, details }) => fault === 'delete-records' && details.lost > 0 && !details.isTold)
    .map(({ details }) =>
      violation('lost records not told', {
        story: `${details.lost} records of inventory-events[${details.partition}], and /health of no replica says so`,
      }),
    );
}
