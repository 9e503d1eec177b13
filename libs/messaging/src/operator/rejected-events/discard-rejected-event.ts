import { Injectable, Logger } from '@nestjs/common';
import { RejectedEventsRepository } from '../../publish/rejected-events/rejected-events.repository.js';
import { IdempotentRequests, type KeyedRequest } from '@orderflow/idempotency';
import { POSITION } from '../position.js';
import { AuditRepository } from '../audit/audit.repository.js';
import { detailsOfRejected, idsOfRejected } from './rejected-event-ids.js';
import { type RejectedEventResponse, toRejectedResponse } from './rejected-events.responses.js';

export type DiscardRejectedEventOutcome =
  { readonly kind: 'discarded'; readonly event: RejectedEventResponse } | { readonly kind: 'not-found' };

/** Discards an outgoing event that Kafka rejects; the audit records it. The events behind it are published. */
@Injectable()
export class DiscardRejectedEvent {
  private readonly logger = new Logger('Outbox');

  constructor(
    private readonly requests: IdempotentRequests,
    private readonly rejected: RejectedEventsRepository,
    private readonly audit: AuditRepository,
  ) {}

  execute(
    position: string,
    { reason, actor }: { readonly reason: string; readonly actor: string | null },
    request?: KeyedRequest,
  ): Promise<DiscardRejectedEventOutcome> {
    return this.requests.once(request, 'discarded', async (tx): Promise<DiscardRejectedEventOutcome> => {
      const event = POSITION.test(position) ? await this.rejected.discard(tx, position) : undefined;
      if (!event) return { kind: 'not-found' };
      await this.audit.add(tx, {
        act: 'DISCARD_REJECTED',
        actor,
        deadLetterId: null,
        outcome: 'DONE',
        reason,
        details: detailsOfRejected(event),
      });
      tx.onCommit(() =>
        this.logger.log(`A rejected event for ${event.topic} is discarded: ${reason}`, idsOfRejected(event)),
      );
      return { kind: 'discarded', event: toRejectedResponse(event) };
    });
  }
}
