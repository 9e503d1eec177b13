import { Injectable, Logger } from '@nestjs/common';
import {
  type RejectedEvent,
  RejectedEventsRepository,
} from '../../publish/rejected-events/rejected-events.repository.js';
import { Database } from '@orderflow/postgres';
import { AuditRepository } from '../audit/audit.repository.js';
import { detailsOfRejected, idsOfRejected } from './rejected-event-ids.js';

/** Discards an outgoing event that Kafka rejects; the audit records it. The events behind it are published. */
@Injectable()
export class DiscardRejectedEvent {
  private readonly logger = new Logger('Outbox');

  constructor(
    private readonly database: Database,
    private readonly rejected: RejectedEventsRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** @returns the discarded event; undefined if there is no such event */
  execute(position: string, reason: string): Promise<RejectedEvent | undefined> {
    return this.database.transaction(async (tx) => {
      const event = await this.rejected.discard(tx, position);
      if (!event) return undefined;
      await this.audit.add(tx, {
        act: 'DISCARD_REJECTED',
        deadLetterId: null,
        outcome: 'DONE',
        reason,
        details: detailsOfRejected(event),
      });
      tx.onCommit(() =>
        this.logger.log(`A rejected event for ${event.topic} is discarded: ${reason}`, idsOfRejected(event)),
      );
      return event;
    });
  }
}
