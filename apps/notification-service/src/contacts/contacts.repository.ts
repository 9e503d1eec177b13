import { Injectable } from '@nestjs/common';
import type { Transaction } from '@orderflow/postgres';
import type { Contact } from './contact.js';

@Injectable()
export class ContactsRepository {
  async ofCustomers(tx: Transaction, customerIds: readonly string[]): Promise<ReadonlyMap<string, Contact>> {
    const rows = await tx.query<Contact & { webhookUrl: string | null } & object>(
      `SELECT customer_id AS "customerId", email, webhook_url AS "webhookUrl", events, language FROM contacts
       WHERE customer_id = ANY ($1::text[]) ORDER BY customer_id FOR SHARE`,
      [customerIds],
    );
    return new Map(
      rows.map((row) => [
        row.customerId,
        { ...row, webhook: row.webhookUrl === null ? null : { url: row.webhookUrl, secrets: [] } },
      ]),
    );
  }

  async disableWebhook(tx: Transaction, customerId: string, reason: string): Promise<void> {
    await tx.query(
      'UPDATE contacts SET webhook_disabled_at = now(), webhook_disabled_reason = $2 WHERE customer_id = $1',
      [customerId, reason],
    );
  }
}
