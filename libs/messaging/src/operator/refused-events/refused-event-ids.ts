import { headerOf } from '../../envelope/message.js';
import { traceOf } from '../../envelope/event-spans.js';
import { causeFields } from '@orderflow/observability';
import type { RefusedEvent } from '../../publish/refused.repository.js';

/** What a log line about a refused event names it by. */
export function idsOfRefused(event: RefusedEvent): Record<string, unknown> {
  const cause = { eventId: headerOf(event, 'ce_id'), trace: traceOf(event) };
  return { position: event.position, key: event.key?.toString(), ...causeFields(cause) };
}
