import { violationsOf } from './violation.mjs';

const violation = violationsOf('records-lost');

/**
 * A service whose records were deleted before it read them says so to operators, at `/health` and by a metric, and what it
 * has missed can be published again.
 * @param {Pick<import('../observer/evidence.mjs').Evidence, 'faults'>} evidence
 */
export function checkRecordsLost({ faults }) {
  return faults
    .filter(({ fault, details }) => fault === 'delete-records' && details.lost > 0)
    .flatMap(({ details: { partition, lost, isDegraded, counted, refused } }) => {
      const rules = {
        'no replica is degraded': isDegraded,
        'lost records not counted': counted >= lost,
        'events not published again': refused.length === 0,
      };
      const story = `${lost} records of inventory-events[${partition}], counted ${counted}; refused: ${refused.join(', ') || 'nothing'}`;
      return Object.entries(rules).flatMap(([what, holds]) => (holds ? [] : [violation(what, { story })]));
    });
}
