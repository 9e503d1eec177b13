import { Injectable, Logger } from '@nestjs/common';
import { type RefusedEvent, RefusedRepository } from '../../publish/refused.repository.js';
import { storeHeaders } from '../../envelope/stored-headers.js';
import { Database } from '@orderflow/postgres';
import { AuditRepository } from '../audit.repository.js';
import { idsOfRefused } from './refused-event-ids.js';

/** Gives up an outgoing event that Kafka refuses, for good: the audit tells what it was. What waits behind it is published. */
@Injectable()
export class DiscardRefusedEvent {
  private readonly logger = new Logger('Outbox');

  constructor(
    private readonly database: Database,
    private readonly refused: RefusedRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** @returns what is given up; undefined where there is no such event */
  execute(position: string, reason: string): Promise<RefusedEvent | undefined> {
    return this.database.transaction(async (tx) => {
      const event = await this.refused.discard(tx, position);
      if (!event) return undefined;
      const details = { ...event, ...storeHeaders({ key: event.key }), headers: storeHeaders(event.headers) };
      await this.audit.add(tx, { act: 'DISCARD_REFUSED', deadLetterId: null, outcome: 'DONE', reason, details });
      tx.onCommit(() =>
        this.logger.log(`A refused event for ${event.topic} is discarded: ${reason}`, idsOfRefused(event)),
      );
      return event;
    });
  }
}
