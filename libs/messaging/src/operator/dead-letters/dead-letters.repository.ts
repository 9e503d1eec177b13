import { Inject, Injectable } from '@nestjs/common';
import { restoreHeaders, type StoredHeaders } from '../../envelope/stored-headers.js';
import {
  type Comparisons,
  Database,
  type Found,
  type IndexPage,
  searchIndex,
  StatementParameters,
} from '@orderflow/postgres';
import { isUUID } from 'class-validator';
import {
  type AttemptedBy,
  PARKED_STATUSES,
  type ParkedStatus,
} from '../../parking/messages/parked-messages.repository.js';
import { CONSUMER_GROUP } from '../../kafka/consumer-group.js';

export interface DeadLetterFilter {
  readonly topic?: string;
  readonly key?: string;
  readonly eventType?: string;
  readonly errorCode?: string;
  readonly status?: ParkedStatus;
}

/** A parked message without its value, headers and stack, which may be large. */
export interface DeadLetterSummary {
  readonly id: string;
  readonly position: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: Date;
  readonly key: Buffer | null;
  readonly eventType: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly attempts: number;
  readonly status: ParkedStatus;
  readonly firstFailedAt: Date | null;
  readonly lastFailedAt: Date | null;
  readonly parkedAt: Date;
}

export interface Attempt {
  readonly at: Date;
  readonly by: AttemptedBy;
  /** Null if the attempt worked. */
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

export interface DeadLetterDetails extends DeadLetterSummary {
  readonly value: Buffer | null;
  readonly headers: ReturnType<typeof restoreHeaders>;
  readonly errorStack: string | null;
  readonly history: readonly Attempt[];
  /** The message that it waits behind. */
  readonly headId: string | null;
}

interface DetailsRow extends DeadLetterSummary {
  readonly value: Buffer | null;
  readonly stored_headers: StoredHeaders;
  readonly errorStack: string | null;
  readonly headId: string | null;
}

const SUMMARY = `id, position, topic, partition, "offset", to_timestamp(greatest(timestamp_ms, 0) / 1000.0) AS timestamp, key,
  event_type AS "eventType", error_code AS "errorCode", error_message AS "errorMessage", attempts, status,
  first_failed_at AS "firstFailedAt", last_failed_at AS "lastFailedAt", parked_at AS "parkedAt"`;
const MAX_SEARCHED = 1_000;

/** The parked messages of one consumer group as operators see them. */
@Injectable()
export class DeadLettersRepository {
  constructor(
    @Inject(CONSUMER_GROUP) private readonly consumerGroup: string,
    private readonly database: Database,
  ) {}

  /**
   * Newest first. Only `status` is indexed, as parked messages are few: for the other filters, a page searches at most 1,000 messages.
   * @param before the position after which the page before has ended
   */
  list(
    { status, ...filter }: DeadLetterFilter,
    { before, limit }: { before: string | null; limit: number },
  ): Promise<Found<DeadLetterSummary>> {
    const page: IndexPage = {
      table: 'parked_messages',
      select: SUMMARY,
      leading: { consumer_group: [this.consumerGroup], status: status ? [status] : PARKED_STATUSES },
      key: 'position',
      keyType: 'bigint',
      order: 'DESC',
      below: before,
      limit,
    };
    return searchIndex<DeadLetterSummary>(this.database, page, { where: comparisonsOf(filter), atMost: MAX_SEARCHED });
  }

  /** The ids of all dead letters that match, in the order of their sequences. Reads all dead letters of the consumer group. */
  async openIds(filter: Omit<DeadLetterFilter, 'status'>): Promise<string[]> {
    const parameters = new StatementParameters();
    const conditions = parameters.compare({
      'consumer_group =': this.consumerGroup,
      'status =': 'OPEN',
      ...comparisonsOf(filter),
    });
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM parked_messages WHERE ${conditions.join(' AND ')} ORDER BY topic, sequence, position`,
      parameters.values,
    );
    return rows.map(({ id }) => id);
  }

  async find(id: string): Promise<DeadLetterDetails | undefined> {
    if (!isUUID(id)) return undefined;
    const [row] = await this.database.query<DetailsRow>(
      `SELECT ${SUMMARY}, value, headers AS stored_headers, error_stack AS "errorStack",
         CASE WHEN status = 'BLOCKED' THEN (
           SELECT head.id FROM parked_messages head
           WHERE (head.consumer_group, head.topic, head.sequence) = (m.consumer_group, m.topic, m.sequence)
             AND head.status IN ('RETRYING', 'OPEN', 'BLOCKED') AND head.position < m.position
           ORDER BY head.position LIMIT 1) END AS "headId"
       FROM parked_messages m WHERE consumer_group = $1 AND id = $2`,
      [this.consumerGroup, id],
    );
    if (!row) return undefined;
    const { stored_headers, ...details } = row;
    return { ...details, headers: restoreHeaders(stored_headers), history: await this.attemptsOf(id) };
  }

  private attemptsOf(id: string): Promise<Attempt[]> {
    return this.database.query<Attempt>(
      `SELECT at, made_by AS by, error_code AS "errorCode", error_message AS "errorMessage"
       FROM parked_attempts WHERE message_id = $1 ORDER BY position`,
      [id],
    );
  }
}

function comparisonsOf({ topic, key, eventType, errorCode }: Omit<DeadLetterFilter, 'status'>): Comparisons {
  const bytes = key === undefined ? undefined : Buffer.from(key, 'utf8');
  return { 'topic =': topic, 'key =': bytes, 'event_type =': eventType, 'error_code =': errorCode };
}
