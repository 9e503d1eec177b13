import { Injectable, Logger } from '@nestjs/common';
import { type RefusedEvent, RefusedRepository } from '../../publish/refused.repository.js';
import { storeHeaders } from '../../envelope/stored-headers.js';
import { Database } from '@orderflow/postgres';
import { AuditRepository } from '../audit.repository.js';
import { idsOfRefused } from './refused-event-ids.js';

/** Has an outgoing event that Kafka refuses tried again at once, by whichever replica relays; the audit names it. */
@Injectable()
export class RetryRefusedEvent {
  private readonly logger = new Logger('Outbox');

  constructor(
    private readonly database: Database,
    private readonly refused: RefusedRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** @returns what is tried again, after the commit; undefined where there is no such event */
  execute(position: string): Promise<RefusedEvent | undefined> {
    return this.database.transaction(async (tx) => {
      const event = await this.refused.retry(tx, position);
      if (!event) return undefined;
      const details = { ...event, ...storeHeaders({ key: event.key }), headers: storeHeaders(event.headers) };
      await this.audit.add(tx, { act: 'RETRY_REFUSED', deadLetterId: null, outcome: 'DONE', reason: null, details });
      tx.onCommit(() => this.logger.log(`A refused event for ${event.topic} is tried again`, idsOfRefused(event)));
      return event;
    });
  }
}
