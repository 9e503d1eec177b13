import { causeFields, cutText } from '@orderflow/observability';
import { traceOf } from './event-spans.js';
import { type ConsumedMessage, headerOf } from './message.js';

const LONGEST_ID = 100;
const LONGEST_NAME = 50;
const MAX_IDS = 10;
/** An order of 100 items is smaller. Larger values are not parsed only to find ids. */
const MAX_READ_BYTES = 16_384;

/**
 * The fields of a log line about a message: its place, key, event and trace, and the ids in its data, such as `orderId`.
 * At most ten ids, each truncated to 100 characters; none of a value above 16 KiB that is not decoded yet.
 * @param data of the event, if it is decoded already
 */
export function fieldsOf(message: ConsumedMessage, data: object = dataIn(message)): Record<string, unknown> {
  const { topic, partition, offset, key } = message;
  const cause = { eventId: idIn(headerOf(message, 'ce_id')), trace: traceOf(message) };
  const type = idIn(headerOf(message, 'ce_type'));
  // No character takes more than four bytes.
  const keyText = idIn(key?.toString('utf8', 0, LONGEST_ID * 4 + 4));
  return { topic, partition, offset, key: keyText, type, ...causeFields(cause), ...idsIn(data) };
}

function idIn(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cutText(text, LONGEST_ID);
}

function idsIn(data: object): Record<string, string> {
  const ids: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of Object.entries(data)) {
    if (typeof value !== 'string' || !name.endsWith('Id') || name.length > LONGEST_NAME) continue;
    ids[name] = cutText(value, LONGEST_ID);
    if (++count === MAX_IDS) break;
  }
  return ids;
}

function dataIn({ value }: ConsumedMessage): object {
  if (!value || value.length > MAX_READ_BYTES) return {};
  try {
    return Object(JSON.parse(value.toString())) as object;
  } catch {
    return {};
  }
}
