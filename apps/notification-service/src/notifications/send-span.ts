import { type Cause, causedBy, inSpan, SpanKind, startSpan } from '@orderflow/observability';
import type { Notification } from './notification.js';

/** Sends a notification in a span `send notification` of the trace of the event that caused it, however much later. */
export function inSendSpan<Result>(
  { notificationId, type, channel }: Pick<Notification, 'notificationId' | 'type' | 'channel'>,
  cause: Cause,
  send: () => Promise<Result>,
): Promise<Result> {
  const { span, trace } = startSpan('send notification', {
    kind: SpanKind.CLIENT,
    attributes: () => ({
      'notification.id': notificationId,
      'notification.type': type,
      'notification.channel': channel,
    }),
    parent: cause.trace,
  });
  return causedBy({ ...cause, trace }, () => inSpan(span, send));
}
