import { Injectable, Logger } from '@nestjs/common';
import {
  type RejectedEvent,
  RejectedEventsRepository,
} from '../../publish/rejected-events/rejected-events.repository.js';
import { Database } from '@orderflow/postgres';
import { AuditRepository } from '../audit/audit.repository.js';
import { detailsOfRejected, idsOfRejected } from './rejected-event-ids.js';

/** Schedules a rejected event to be sent at once by the replica that relays; the audit records it. */
@Injectable()
export class RetryRejectedEvent {
  private readonly logger = new Logger('Outbox');

  constructor(
    private readonly database: Database,
    private readonly rejected: RejectedEventsRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** @returns the event that is sent again after the commit; undefined if there is no such event */
  execute(position: string): Promise<RejectedEvent | undefined> {
    return this.database.transaction(async (tx) => {
      const event = await this.rejected.retry(tx, position);
      if (!event) return undefined;
      await this.audit.add(tx, {
        act: 'RETRY_REJECTED',
        deadLetterId: null,
        outcome: 'DONE',
        reason: null,
        details: detailsOfRejected(event),
      });
      tx.onCommit(() => this.logger.log(`A rejected event for ${event.topic} is tried again`, idsOfRejected(event)));
      return event;
    });
  }
}
