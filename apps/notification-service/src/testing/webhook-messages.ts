import { expect } from '@jest/globals';
import { type OutgoingMessage, SendFailure } from '../channels/channel.js';
import { WebhookChannel, type WebhookOptions } from '../channels/webhook/webhook.channel.js';
import type { Resolve } from '../channels/webhook/checked-lookup.js';
import type { Notification } from '../notifications/notification.js';

/** Secrets of a webhook. */
export const [OLD, NEW] = ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] as const;
export const NOTIFICATION_ID = '0199aaaa-0000-7000-8000-000000000001';
export const CONTENT = '{"type":"ORDER_CREATED","data":{"subject":"Grüße 😀"}}';
export const CONTACT = { customerId: 'CUST-1', email: null, events: null, language: 'en' } as const;
/** The signal of an attempt that nobody stops. */
export const never: AbortSignal = new AbortController().signal;

const channels: WebhookChannel[] = [];

export function channel(options: Partial<WebhookOptions> = {}): WebhookChannel {
  const made = new WebhookChannel({ isConfigured: true, allowPrivateNetworks: true, timeoutMs: 10_000, ...options });
  channels.push(made);
  return made;
}

export function closeChannels(): void {
  for (const each of channels.splice(0)) each.onApplicationShutdown();
}

/** Not now: the time is that of the message. */
export const ATTEMPTED_AT = new Date(Date.now() - 60_000);

export function message(url: string, secrets: readonly string[] = [NEW]): OutgoingMessage {
  return {
    notification: { notificationId: NOTIFICATION_ID } as Notification,
    content: CONTENT,
    contact: { ...CONTACT, webhook: { url, secrets } },
    attemptedAt: ATTEMPTED_AT,
  };
}

export const send = (url: string, options?: Partial<WebhookOptions>): Promise<void> =>
  channel(options).send(message(url), never);

export async function failing(sent: Promise<void>): Promise<SendFailure> {
  const error = await sent.then(
    () => undefined,
    (failure: Error) => failure,
  );
  expect(error).toBeInstanceOf(SendFailure);
  return error as SendFailure;
}

export const resolvesTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
