const OF_THE_MESSAGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);
const OF_THE_SENDER = new Set(['CORRUPT_MESSAGE', 'INVALID_TIMESTAMP']);

/** Whether the broker rejects a send because of its messages: any replica's send fails until the topic's settings change. */
export function isRejectedByBroker(error: unknown): boolean {
  return isOfType(error, OF_THE_MESSAGE);
}

/** Whether the broker rejects a send because of its sender, for example a wrong clock: another replica may succeed. */
export function isRejectedSender(error: unknown): boolean {
  return isOfType(error, OF_THE_SENDER);
}

function isOfType(error: unknown, types: ReadonlySet<string>): boolean {
  if (!(error instanceof Error)) return false;
  const { type, errors } = error as { type?: string; errors?: readonly unknown[] };
  return (type !== undefined && types.has(type)) || (errors ?? [error.cause]).some((each) => isOfType(each, types));
}
