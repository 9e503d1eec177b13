import type { NotificationType } from '../notifications/domain/compose-notification.js';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Webhook {
  readonly url: string;
  /**
   * What signs its messages: the current secret, and the previous one for some time after a change. `whsec_` and base64.
   * Empty if no configured key decrypts the current one.
   */
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

/** A contact as its customer sees it. */
export interface StoredContact {
  readonly customerId: string;
  readonly email: string | null;
  readonly webhookUrl: string | null;
  /** Null while it works, or if there is none. */
  readonly webhookDisabledAt: Date | null;
  readonly webhookDisabledReason: string | null;
  readonly events: readonly NotificationType[] | null;
  readonly language: Language;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Another one after each change by a client. */
  readonly revision: number;
}

/** The host in `delivery_lanes` of a webhook. */
export const webhookHostOf = (url: string): string => new URL(url).hostname;
