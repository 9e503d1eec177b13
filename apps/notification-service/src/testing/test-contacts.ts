import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { EmailChannel } from '../channels/email/email.channel.js';
import type { EmailOptions } from '../channels/email/email.options.js';
import { WebhookChannel, type WebhookOptions } from '../channels/webhook/webhook.channel.js';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import { PutContact, type WantedContact } from '../contacts/put-contact.js';
import { RemoveContact } from '../contacts/remove-contact.js';
import { SecretCipher } from '../contacts/secret-cipher.js';

const MIGRATIONS = { owner: 'notification_service', folder: new URL('../../migrations', import.meta.url) };
const OPTIONS: WebhookOptions = { isConfigured: true, allowPrivateNetworks: false, timeoutMs: 10_000 };
const EMAIL: EmailOptions = {
  server: { host: 'localhost', port: 1, secure: false, startTls: 'ignored' },
  from: { name: 'The Shop', address: 'orders@shop.example' },
};

export const WEBHOOK_URL = 'https://shop.example/hook?token=s3cr3t';

export const newKey = (): string => randomBytes(32).toString('base64');

/** The use cases of contacts over a database of their own. */
export class TestContacts {
  private constructor(readonly test: TestDatabase) {}

  static async create(): Promise<TestContacts> {
    return new TestContacts(await createTestDatabase([MIGRATIONS]));
  }

  /** A replica with these keys. */
  replica(keys: readonly string[], options: Partial<WebhookOptions> = {}, email: EmailOptions | null = EMAIL) {
    const { database } = this.test;
    const contacts = new ContactsRepository(database, new SecretCipher(keys));
    const webhooks = new WebhookChannel({ ...OPTIONS, ...options });
    const putContact = new PutContact(database, contacts, webhooks, [new EmailChannel(email ?? undefined), webhooks]);
    const removeContact = new RemoveContact(database, contacts);
    const ofCustomers = (...ids: string[]) =>
      database.transaction(async (tx) => [...(await contacts.ofCustomers(tx, ids)).values()]);
    return { contacts, putContact, removeContact, ofCustomers };
  }
}

/** The contact of a customer with a webhook, unless something else is given. */
export const wanted = (customerId: string, contact: Partial<WantedContact> = {}): WantedContact => ({
  customerId,
  email: null,
  webhook: { url: WEBHOOK_URL, secret: undefined },
  events: null,
  language: 'en',
  ...contact,
});
