import { describe, expect, it } from '@jest/globals';
import { checkRecordsLost } from './records-lost.ts';

describe('checkRecordsLost', () => {
  const unread = { group: 'order-service', topic: 'inventory-events', partition: 0, from: 7, to: 10 };
  const noticed = { unread, isDegraded: true, counted: 3, failed: [] };
  const check = (details: object) =>
    checkRecordsLost({
      faults: [{ fault: 'delete-records', details: { partition: 0, ...noticed, ...details } }],
    } as never).map(({ what }) => what);

  it.each([
    ['of which no replica says so at /health', { isDegraded: false }, 'no replica is degraded'],
    ['that the metric does not count all of', { counted: 2 }, 'lost records not counted'],
    ['that nobody can publish again', { failed: ['/orders/republish: 404'] }, 'events not published again'],
  ])('names records that were deleted unread, and %s', (_what, details, named) => {
    expect(check(details)).toEqual([named]);
  });

  it('passes if the loss is reported and published again, and if nothing was lost', () => {
    expect([...check({}), ...check({ unread: undefined, isDegraded: false, counted: 0 })]).toEqual([]);
  });
});
