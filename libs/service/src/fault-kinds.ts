import { QueueFull } from '@orderflow/concurrency';
import type { FaultKinds } from '@orderflow/http';
import { OutboxFull } from '@orderflow/messaging';
import { CommitOutcomeUnknown, isContention, isDatabaseUnavailable } from '@orderflow/postgres';

/**
 * Which faults a client may retry. A service that has reached its bounds (a full queue or outbox), has no database, or meets
 * contention has done nothing: 503 with `Retry-After`. If the connection is lost during COMMIT, nobody knows.
 */
export const FAULT_KINDS: FaultKinds = {
  isUnavailable: (error) =>
    error instanceof QueueFull || error instanceof OutboxFull || isDatabaseUnavailable(error) || isContention(error),
  isOutcomeUnknown: (error) => error instanceof CommitOutcomeUnknown,
};
