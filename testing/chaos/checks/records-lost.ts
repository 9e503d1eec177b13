import { struckBy } from '../faults/details.ts';
import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const violation = violationsOf('records-lost');

/**
 * A service whose records were deleted before it read them reports this at `/health` and by a metric, and the lost events
 * can be published again.
 */
export function checkRecordsLost({ faults }: Pick<Evidence, 'faults'>) {
  return struckBy(faults, 'delete-records').flatMap(
    ({ details: { unread, isDegraded = false, counted = 0, failed = [] } }) => {
      if (unread === undefined) return [];
      const lost = unread.to - unread.from;
      const rules = {
        'no replica is degraded': isDegraded,
        'lost records not counted': counted >= lost,
        'events not published again': failed.length === 0,
      };
      const story = `${lost} records of ${unread.topic}[${unread.partition}], counted ${counted}; failed: ${failed.join(', ') || 'nothing'}`;
      return Object.entries(rules).flatMap(([what, holds]) => (holds ? [] : [violation(what, { story })]));
    },
  );
}
