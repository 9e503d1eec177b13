import { Injectable } from '@nestjs/common';
import { redactText } from '@orderflow/observability';
import { Database, prepared, storableText, type Transaction } from '@orderflow/postgres';
import { type Contact, type StoredContact, type Webhook, webhookHostOf } from './contact.js';
import type { SigningSecrets } from './domain/rotate-secret.js';
import { SecretCipher } from './secret-cipher.js';

const COLUMNS = `customer_id AS "customerId", email, webhook_url AS "webhookUrl", webhook_disabled_at AS "webhookDisabledAt",
  webhook_disabled_reason AS "webhookDisabledReason", events, language, created_at AS "createdAt", updated_at AS "updatedAt", revision`;
const SECRETS = `webhook_secret AS secret, previous_webhook_secret AS "previousSecret", previous_secret_until AS "previousUntil"`;

const OF_CUSTOMERS = `SELECT customer_id AS "customerId", email, CASE WHEN webhook_disabled_at IS NULL THEN webhook_url END AS "webhookUrl",
     webhook_secret AS secret, CASE WHEN previous_secret_until > now() THEN previous_webhook_secret END AS "previousSecret", events, language
   FROM contacts WHERE customer_id = ANY($1::text[]) ORDER BY customer_id`;
const READ = prepared(OF_CUSTOMERS);
const LOCK_FOR_SHARE = prepared(`${OF_CUSTOMERS} FOR SHARE`);

const MAX_REASON_LENGTH = 500;

interface ContactRow extends Omit<Contact, 'webhook'> {
  readonly webhookUrl: string | null;
  readonly secret: Buffer | null;
  readonly previousSecret: Buffer | null;
}

type StoredRow = StoredContact &
  Pick<ContactRow, 'secret' | 'previousSecret'> & { readonly previousUntil: Date | null };

/** What a client writes about a contact. */
export interface WrittenContact extends Pick<StoredContact, 'customerId' | 'email' | 'events' | 'language'> {
  readonly webhook: { readonly url: string; readonly secrets: SigningSecrets } | null;
}

/** A contact that is locked, with its secrets; these are null if there are none, or none that can be decrypted. */
export interface LockedContact {
  readonly contact: StoredContact;
  readonly secrets: SigningSecrets | null;
}

@Injectable()
export class ContactsRepository {
  constructor(
    private readonly database: Database,
    private readonly cipher: SecretCipher,
  ) {}

  /** The contacts of those customers who have one. They do not change until the transaction ends. */
  async ofCustomers(tx: Transaction, customerIds: readonly string[]): Promise<ReadonlyMap<string, Contact>> {
    return this.toContacts(await tx.query<ContactRow & object>(LOCK_FOR_SHARE, [customerIds]));
  }

  /** The same, as they are now. */
  async readAll(customerIds: readonly string[]): Promise<ReadonlyMap<string, Contact>> {
    return this.toContacts(await this.database.query<ContactRow & object>(READ, [customerIds]));
  }

  async find(customerId: string): Promise<StoredContact | undefined> {
    const statement = `SELECT ${COLUMNS} FROM contacts WHERE customer_id = $1`;
    const [contact] = await this.database.query<StoredContact & object>(statement, [customerId]);
    return contact;
  }

  /** The contact, if it exists, locked until the transaction ends. */
  async lock(tx: Transaction, customerId: string): Promise<LockedContact | undefined> {
    const statement = `SELECT ${COLUMNS}, ${SECRETS} FROM contacts WHERE customer_id = $1 FOR NO KEY UPDATE`;
    const [row] = await tx.query<StoredRow & object>(statement, [customerId]);
    if (!row) return undefined;
    const { secret, previousSecret, previousUntil, ...contact } = row;
    const [current, previous] = [secret, previousSecret].map((each) => this.decrypt(customerId, each));
    const secrets = current === undefined ? null : { current, previous: previous ?? null, previousUntil };
    return { contact, secrets };
  }

  /**
   * Writes the contact as its next revision, with its webhook enabled.
   * @param before the contact, if it is locked
   * @returns undefined if it is not locked, but exists now
   */
  async put(
    tx: Transaction,
    { customerId, email, webhook, events, language }: WrittenContact,
    before: StoredContact | undefined,
  ): Promise<StoredContact | undefined> {
    const encrypt = (secret: string | null | undefined) => secret && this.cipher.encrypt(customerId, secret);
    const [contact] = await tx.query<StoredContact & object>(
      `INSERT INTO contacts (customer_id, email, webhook_url, webhook_secret, previous_webhook_secret, previous_secret_until, events, language)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (customer_id) DO UPDATE SET email = excluded.email, webhook_url = excluded.webhook_url, webhook_secret = excluded.webhook_secret,
         previous_webhook_secret = excluded.previous_webhook_secret, previous_secret_until = excluded.previous_secret_until,
         webhook_disabled_at = NULL, webhook_disabled_reason = NULL, events = excluded.events, language = excluded.language,
         revision = excluded.revision, updated_at = now()
       WHERE contacts.revision = $9
       RETURNING ${COLUMNS}`,
      [
        customerId,
        email,
        webhook?.url,
        encrypt(webhook?.secrets.current),
        encrypt(webhook?.secrets.previous),
        webhook?.secrets.previousUntil,
        events,
        language,
        before?.revision,
      ],
    );
    if (!contact) return undefined;
    if (contact.email !== (before?.email ?? null)) this.wakeLane(tx, customerId, 'email');
    if (contact.webhookUrl !== (before?.webhookUrl ?? null) || before?.webhookDisabledAt) {
      this.wakeLane(tx, customerId, 'webhook', contact.webhookUrl);
    }
    return contact;
  }

  async remove(tx: Transaction, customerId: string): Promise<void> {
    await tx.query('DELETE FROM contacts WHERE customer_id = $1', [customerId]);
    this.wakeLane(tx, customerId, 'email');
    this.wakeLane(tx, customerId, 'webhook');
  }

  /**
   * Disables a webhook until its customer puts the contact again. It is to be called before the transaction locks the lane,
   * as everything that changes a contact locks it before the lanes.
   * @param url the one to which nothing can be sent; another one that was put meanwhile stays enabled
   * @param reason for the customer
   */
  async disableWebhook(
    tx: Transaction,
    customerId: string,
    { url, reason }: { readonly url: string; readonly reason: string },
  ): Promise<void> {
    await tx.query(
      `UPDATE contacts SET webhook_disabled_at = now(), webhook_disabled_reason = $2
       WHERE customer_id = $1 AND webhook_url = $3 AND webhook_disabled_at IS NULL`,
      [customerId, storableText(redactText(reason, MAX_REASON_LENGTH)), url],
    );
  }

  /** Lets waiting deliveries be sent to the new address at once, or fail. What failed before no longer counts. */
  private wakeLane(tx: Transaction, customerId: string, channel: 'email' | 'webhook', url: string | null = null): void {
    tx.pipeline(
      `UPDATE delivery_lanes SET host = coalesce($3, host), failures = 0, failing_since = NULL, rests_until = NULL,
         due_at = CASE WHEN lease IS NULL AND due_at > now() THEN now() ELSE due_at END
       WHERE customer_id = $1 AND channel = $2`,
      [customerId, channel, url && webhookHostOf(url)],
    );
    tx.pipeline(
      `UPDATE deliveries SET next_attempt_at = now()
       WHERE customer_id = $1 AND channel = $2 AND next_attempt_at > now() AND next_attempt_at < 'infinity'`,
      [customerId, channel],
    );
  }

  private toContacts(rows: readonly ContactRow[]): ReadonlyMap<string, Contact> {
    return new Map(
      rows.map((row) => {
        const { customerId, email, events, language } = row;
        return [customerId, { customerId, email, webhook: this.webhookIn(row), events, language }];
      }),
    );
  }

  private webhookIn({ customerId, webhookUrl, secret, previousSecret }: ContactRow): Webhook | null {
    if (webhookUrl === null) return null;
    const [current, previous] = [secret, previousSecret].map((each) => this.decrypt(customerId, each));
    return { url: webhookUrl, secrets: current === undefined ? [] : [current, previous].flatMap((each) => each ?? []) };
  }

  private decrypt(customerId: string, secret: Buffer | null): string | undefined {
    return secret ? this.cipher.decrypt(customerId, secret) : undefined;
  }
}
