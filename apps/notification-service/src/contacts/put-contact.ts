import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { entityTagOf, type IfMatch, satisfies } from '@orderflow/http';
import { Database, type Transaction } from '@orderflow/postgres';
import { DELIVERY_CHANNELS, type DeliveryChannel } from '../channels/channel.js';
import { WebhookChannel } from '../channels/webhook/webhook.channel.js';
import type { Channel } from '../notifications/notification.js';
import type { StoredContact } from './contact.js';
import { ContactsRepository, type WrittenContact } from './contacts.repository.js';
import { rotateSecret, type SigningSecrets } from './domain/rotate-secret.js';

export interface WantedContact extends Omit<WrittenContact, 'webhook'> {
  /** Without a secret it keeps its own, or gets a new one. */
  readonly webhook: { readonly url: string; readonly secret: string | undefined } | null;
}

/** What the client has seen. */
export interface Precondition {
  readonly ifMatch?: IfMatch | undefined;
  /** Whether the contact must not exist yet. */
  readonly ifNew?: boolean;
}

export type PutContactOutcome =
  | {
      readonly kind: 'created' | 'replaced';
      readonly contact: StoredContact;
      /** Null if there is no webhook. */
      readonly webhookSecret: string | null;
    }
  /** The contact is another one than the client has seen; undefined if there is none. */
  | { readonly kind: 'outdated'; readonly contact: StoredContact | undefined }
  /** The service cannot send to such an address. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Creates or replaces a contact. Its webhook is enabled again. */
@Injectable()
export class PutContact {
  constructor(
    private readonly database: Database,
    private readonly contacts: ContactsRepository,
    private readonly webhooks: WebhookChannel,
    @Inject(DELIVERY_CHANNELS) private readonly channels: readonly DeliveryChannel[],
  ) {}

  async execute(wanted: WantedContact, precondition: Precondition = {}): Promise<PutContactOutcome> {
    const reason = this.unavailableReason(wanted);
    if (reason !== undefined) return { kind: 'unavailable', reason };
    const outcome = await this.database.transaction((tx) => this.put(tx, wanted, precondition));
    return outcome ?? this.execute(wanted, precondition); // another client has just created it
  }

  private async put(
    tx: Transaction,
    wanted: WantedContact,
    precondition: Precondition,
  ): Promise<PutContactOutcome | undefined> {
    const locked = await this.contacts.lock(tx, wanted.customerId);
    const before = locked?.contact;
    if (!isMet(precondition, before)) return { kind: 'outdated', contact: before };
    const written = { ...wanted, webhook: wanted.webhook && withSecrets(wanted.webhook, locked?.secrets) };
    const webhookSecret = written.webhook?.secrets.current ?? null;
    if (before && isSame(before, locked?.secrets, written)) return { kind: 'replaced', contact: before, webhookSecret };
    const contact = await this.contacts.put(tx, written, before);
    return contact && { kind: before ? 'replaced' : 'created', contact, webhookSecret };
  }

  private unavailableReason({ email, webhook }: WantedContact): string | undefined {
    return (
      (email === null ? undefined : this.reasonOf('email')) ??
      (webhook ? (this.reasonOf('webhook') ?? this.webhooks.refusalOf(new URL(webhook.url))) : undefined)
    );
  }

  private reasonOf(name: Channel): string | undefined {
    const channel = this.channels.find((each) => each.channel === name);
    return channel ? channel.unavailableReason : `This service has no channel ${name}`;
  }
}

function isMet({ ifMatch, ifNew = false }: Precondition, contact: StoredContact | undefined): boolean {
  if (!contact) return ifMatch === undefined;
  return !ifNew && satisfies(entityTagOf(contact.revision), ifMatch);
}

function withSecrets({ url, secret }: NonNullable<WantedContact['webhook']>, before: SigningSecrets | null = null) {
  const fresh = `whsec_${randomBytes(32).toString('base64')}`;
  return { url, secrets: rotateSecret(before, secret, { fresh, now: new Date() }) };
}

/** Whether writing would change nothing. */
function isSame(
  before: StoredContact,
  secrets: SigningSecrets | null | undefined,
  { email, webhook, events, language }: WrittenContact,
): boolean {
  return (
    before.webhookDisabledAt === null &&
    before.email === email &&
    before.webhookUrl === (webhook?.url ?? null) &&
    (secrets ?? null) === (webhook?.secrets ?? null) &&
    before.language === language &&
    JSON.stringify(before.events) === JSON.stringify(events)
  );
}
