import { Injectable } from '@nestjs/common';
import { entityTagOf, type IfMatch, satisfies } from '@orderflow/http';
import { Database } from '@orderflow/postgres';
import type { StoredContact } from './contact.js';
import { ContactsRepository } from './contacts.repository.js';

export type RemoveContactOutcome =
  | { readonly kind: 'removed' | 'not-found' }
  /** Someone has changed the contact since the client has seen it. */
  | { readonly kind: 'outdated'; readonly contact: StoredContact };

/** Removes a contact; the customer is then notified through the log. */
@Injectable()
export class RemoveContact {
  constructor(
    private readonly database: Database,
    private readonly contacts: ContactsRepository,
  ) {}

  /** @param condition what the client has seen; without it, whatever is there is removed */
  execute(customerId: string, condition?: IfMatch): Promise<RemoveContactOutcome> {
    return this.database.transaction(async (tx): Promise<RemoveContactOutcome> => {
      const before = await this.contacts.lock(tx, customerId);
      if (!before) return { kind: 'not-found' };
      const { contact } = before;
      if (!satisfies(entityTagOf(contact.revision), condition)) return { kind: 'outdated', contact };
      await this.contacts.remove(tx, customerId);
      return { kind: 'removed' };
    });
  }
}
