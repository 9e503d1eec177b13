import type { NotificationType } from '../notifications/domain/compose-notification.js';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Webhook {
  readonly url: string;
  /** What signs its messages: the current secret, and the previous one for some time after a change. `whsec_` and base64. */
  readonly secrets: readonly string[];
}

/** How a customer wants to be notified. */
export interface Contact {
  readonly customerId: string;
  readonly email: string | null;
  /** Null if there is none, or while it is disabled. */
  readonly webhook: Webhook | null;
  /** The types that the customer wants to be notified of; null: all. */
  readonly events: readonly NotificationType[] | null;
  readonly language: Language;
}
