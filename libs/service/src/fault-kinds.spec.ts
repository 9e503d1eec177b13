import { describe, expect, it } from '@jest/globals';
import { QueueFull } from '@orderflow/concurrency';
import { OutboxFull } from '@orderflow/messaging';
import { CommitOutcomeUnknown } from '@orderflow/postgres';
import { FAULT_KINDS } from './fault-kinds.js';

const withCode = (code: string) => Object.assign(new Error(code), { code });

describe('a fault', () => {
  it.each([
    ['a full queue', new QueueFull('2000 wait')],
    ['a full outbox', new OutboxFull('100000 wait')],
    ['an unreachable database', withCode('ECONNREFUSED')],
    ['a lock that was not released in time', withCode('55P03')],
  ])('by %s has done nothing, and the request may be repeated later', (_what, error) => {
    expect([FAULT_KINDS.isUnavailable(error), FAULT_KINDS.isOutcomeUnknown(error)]).toEqual([true, false]);
  });

  it('by a connection that was lost during COMMIT has an unknown outcome', () => {
    expect(FAULT_KINDS.isOutcomeUnknown(new CommitOutcomeUnknown(new Error('lost')))).toBe(true);
  });

  it('by a bug is neither', () => {
    const bug = new TypeError('x is undefined');
    expect([FAULT_KINDS.isUnavailable(bug), FAULT_KINDS.isOutcomeUnknown(bug)]).toEqual([false, false]);
  });
});
