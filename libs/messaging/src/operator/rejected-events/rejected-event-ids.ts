import { headerOf } from '../../envelope/message.js';
import { storeHeaders } from '../../envelope/stored-headers.js';
import { traceOf } from '../../envelope/event-spans.js';
import { causeFields } from '@orderflow/observability';
import type { RejectedEvent } from '../../publish/rejected-events/rejected-events.repository.js';

/** The fields that identify a rejected event in a log line. */
export function idsOfRejected(event: RejectedEvent): Record<string, unknown> {
  const cause = { eventId: headerOf(event, 'ce_id'), trace: traceOf(event) };
  return { position: event.position, key: event.key?.toString(), ...causeFields(cause) };
}

/** The audit's record of a rejected event: all but its value. */
export function detailsOfRejected(event: RejectedEvent): object {
  return { ...event, ...storeHeaders({ key: event.key }), headers: storeHeaders(event.headers) };
}
