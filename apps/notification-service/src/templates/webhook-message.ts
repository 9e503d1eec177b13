import type { OrderLine, Occasion, Shortage } from '../notifications/domain/compose-notification.js';

/** The JSON that a webhook gets: docs/reference/webhook-messages.md. */
export interface WebhookMessage {
  readonly type: Occasion['type'];
  /** RFC 3339: when the event happened. */
  readonly timestamp: string;
  readonly data: {
    readonly notificationId: string;
    readonly customerId: string;
    readonly orderId: string;
    readonly subject: string;
    readonly body: string;
    readonly items: readonly OrderLine[];
    readonly shortages?: readonly Shortage[];
    readonly shipment?: readonly OrderLine[];
    readonly cancelled?: readonly OrderLine[];
    readonly reason?: string;
  };
}

export function webhookMessage(
  occasion: Occasion,
  { subject, body }: { readonly subject: string; readonly body: string },
  { notificationId, happenedAt }: { readonly notificationId: string; readonly happenedAt: string },
): WebhookMessage {
  const { type, order, ...details } = occasion;
  const { customerId, orderId, items } = order;
  return {
    type,
    timestamp: happenedAt,
    data: { notificationId, customerId, orderId, subject, body, items, ...details },
  };
}
