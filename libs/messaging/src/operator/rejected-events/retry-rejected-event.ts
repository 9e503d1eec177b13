import { Injectable, Logger } from '@nestjs/common';
import { RejectedEventsRepository } from '../../publish/rejected-events/rejected-events.repository.js';
import { IdempotentRequests, type KeyedRequest } from '@orderflow/idempotency';
import { POSITION } from '../position.js';
import { AuditRepository } from '../audit/audit.repository.js';
import { detailsOfRejected, idsOfRejected } from './rejected-event-ids.js';
import { type RejectedEventResponse, toRejectedResponse } from './rejected-events.responses.js';

export type RetryRejectedEventOutcome =
  { readonly kind: 'retried'; readonly event: RejectedEventResponse } | { readonly kind: 'not-found' };

/** Schedules a rejected event to be sent at once by the replica that relays; the audit records it. */
@Injectable()
export class RetryRejectedEvent {
  private readonly logger = new Logger('Outbox');

  constructor(
    private readonly requests: IdempotentRequests,
    private readonly rejected: RejectedEventsRepository,
    private readonly audit: AuditRepository,
  ) {}

  execute(position: string, actor: string | null, request?: KeyedRequest): Promise<RetryRejectedEventOutcome> {
    return this.requests.once(request, 'retried', async (tx): Promise<RetryRejectedEventOutcome> => {
      const event = POSITION.test(position) ? await this.rejected.retry(tx, position) : undefined;
      if (!event) return { kind: 'not-found' };
      await this.audit.add(tx, {
        act: 'RETRY_REJECTED',
        actor,
        deadLetterId: null,
        outcome: 'DONE',
        reason: null,
        details: detailsOfRejected(event),
      });
      tx.onCommit(() => this.logger.log(`A rejected event for ${event.topic} is tried again`, idsOfRejected(event)));
      return { kind: 'retried', event: toRejectedResponse(event) };
    });
  }
}
