import { causeFields } from '@orderflow/observability';
import { traceOf } from './event-spans.js';
import { type ConsumedMessage, headerOf } from './messages.js';

/**
 * What a line of the log says of a message: its place, its key, its event and trace, and the ids in its data, such as
 * `orderId`.
 * @param data of the event, where it is decoded already
 */
export function fieldsOf(message: ConsumedMessage, data: object = dataIn(message)): Record<string, unknown> {
  const { topic, partition, offset, key } = message;
  const cause = { eventId: headerOf(message, 'ce_id'), trace: traceOf(message) };
  const type = headerOf(message, 'ce_type');
  return { topic, partition, offset, key: key?.toString(), type, ...causeFields(cause), ...idsIn(data) };
}

function idsIn(data: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).filter(([name, value]) => name.endsWith('Id') && typeof value === 'string'),
  );
}

function dataIn({ value }: ConsumedMessage): object {
  try {
    return Object(JSON.parse(value?.toString() ?? '')) as object;
  } catch {
    return {};
  }
}
