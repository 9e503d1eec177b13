import { type Contact, webhookHostOf } from '../contacts/contact.js';
import type { Channel } from './notification.js';
import type { NotificationType } from './domain/compose-notification.js';

const CONTACTED = ['email', 'webhook'] as const satisfies Channel[];

/** The channels through which a customer is notified: those of the contact, or `log` if it has none for this type. */
export function channelsFor(contact: Contact | undefined, type: NotificationType): readonly Channel[] {
  if (!contact || (contact.events && !contact.events.includes(type))) return ['log'];
  const channels = CONTACTED.filter((channel) => hasChannel(contact, channel));
  return channels.length > 0 ? channels : ['log'];
}

/** Whether a customer can be reached through the channel; through `log`, everyone can. */
export function hasChannel(contact: Contact | undefined, channel: Channel): boolean {
  switch (channel) {
    case 'log':
      return true;
    case 'email':
      return contact !== undefined && contact.email !== null;
    case 'webhook':
      return contact !== undefined && contact.webhook !== null;
  }
}

/** Where a channel sends to, as far as its limits go: the host of a webhook, otherwise empty. */
export function hostOf(channel: Channel, contact: Contact | undefined): string {
  return channel === 'webhook' && contact?.webhook ? webhookHostOf(contact.webhook.url) : '';
}
