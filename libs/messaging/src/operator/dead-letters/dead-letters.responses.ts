import { ApiProperty } from '@nestjs/swagger';
import type { AttemptedBy, ParkedStatus } from '../../parking/messages/parked-messages.repository.js';
import type { AuditRecord } from '../audit/audit.repository.js';
import { AuditResponse } from '../audit/audit.responses.js';
import { Encoded, HeaderList, type HeaderResponse, NULL_WITHOUT_SCOPE, Text, toHeaders } from '../encoded.js';
import { type Encoding, readable } from '../readable.js';
import type { Attempt, DeadLetterDetails, DeadLetterSummary } from './dead-letters.repository.js';
import { STATUSES } from './dead-letters.requests.js';

const Instant = () => ApiProperty({ type: String, format: 'date-time', nullable: true });

export class DeadLetterResponse {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  topic!: string;

  @ApiProperty({ type: 'integer' })
  partition!: number;

  @ApiProperty({ description: 'A 64-bit integer as text' })
  offset!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'The timestamp of the message in Kafka' })
  timestamp!: Date;

  @Text()
  key!: string | null;

  @Encoded()
  keyEncoding!: Encoding | null;

  @Text('The header `ce_type`')
  eventType!: string | null;

  @Text('The code of the last failure; null if it has not been tried')
  errorCode!: string | null;

  @Text()
  errorMessage!: string | null;

  @ApiProperty({ type: 'integer', description: 'Number of attempts' })
  attempts!: number;

  @ApiProperty({
    enum: STATUSES,
    description:
      'RETRYING: the service retries it. OPEN: a dead letter, which waits for an operator. BLOCKED: waits behind an earlier message of its key. REPLAYED, DISCARDED: finished',
  })
  status!: ParkedStatus;

  @Instant()
  firstFailedAt!: Date | null;

  @Instant()
  lastFailedAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time' })
  parkedAt!: Date;
}

export class AttemptResponse implements Attempt {
  @ApiProperty({ type: String, format: 'date-time' })
  at!: Date;

  @ApiProperty({ enum: ['delivery', 'retry', 'replay'] })
  by!: AttemptedBy;

  @Text('Null if the attempt succeeded')
  errorCode!: string | null;

  @Text()
  errorMessage!: string | null;
}

export class DeadLetterDetailsResponse extends DeadLetterResponse {
  @Text(`Null if there is none; ${NULL_WITHOUT_SCOPE}`)
  value!: string | null;

  @Encoded()
  valueEncoding!: Encoding | null;

  @HeaderList()
  headers!: readonly HeaderResponse[] | null;

  @Text(`Of the last failure; ${NULL_WITHOUT_SCOPE}`)
  errorStack!: string | null;

  @Text('The id of the parked message that it waits behind')
  behind!: string | null;

  @ApiProperty({ type: [AttemptResponse], description: 'Every attempt, oldest first' })
  history!: readonly AttemptResponse[];

  @ApiProperty({ type: [AuditResponse], description: 'What operators did with the message, oldest first' })
  acts!: readonly AuditResponse[];
}

export class DeadLetterPageResponse {
  @ApiProperty({ type: [DeadLetterResponse] })
  data!: readonly DeadLetterResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'The `cursor` of the next page; null on the last page' })
  nextCursor!: string | null;
}

export function toResponse({ position, key, ...summary }: DeadLetterSummary): DeadLetterResponse {
  const bytes = key && readable(key);
  return { ...summary, key: bytes?.text ?? null, keyEncoding: bytes?.encoding ?? null };
}

export function toDetailsResponse(
  { value, headers, headId, history, errorStack, ...summary }: DeadLetterDetails,
  acts: readonly AuditRecord[],
): DeadLetterDetailsResponse {
  const bytes = value && readable(value);
  return {
    ...toResponse(summary),
    value: bytes?.text ?? null,
    valueEncoding: bytes?.encoding ?? null,
    headers: toHeaders(headers),
    errorStack,
    behind: headId,
    history,
    acts,
  };
}

/** For callers who may not read payloads. */
export const withoutPayload = (deadLetter: DeadLetterDetailsResponse): DeadLetterDetailsResponse => ({
  ...deadLetter,
  ...{ value: null, valueEncoding: null, headers: null, errorStack: null },
});
