const REFUSALS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'CORRUPT_MESSAGE',
  'INVALID_TIMESTAMP',
]);

/** Whether the broker refuses what was sent because of itself, so that sending it again never helps. */
export function isRefusedByBroker(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { type, errors } = error as { type?: string; errors?: readonly unknown[] };
  return (type !== undefined && REFUSALS.has(type)) || (errors ?? [error.cause]).some(isRefusedByBroker);
}
