import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../encoded.js';
import type { Act, ActOutcome, AuditRecord } from './audit.repository.js';

export class AuditResponse implements AuditRecord {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: Date;

  @ApiProperty({ enum: ['REPLAY', 'DISCARD', 'DRY_RUN', 'REPLAY_ALL', 'DISCARD_REJECTED', 'RETRY_REJECTED'] })
  act!: Act;

  @Text('The subject of the operator’s token; null if the service authenticates nobody')
  actor!: string | null;

  @Text('Null for an act on many dead letters, or on a rejected event')
  deadLetterId!: string | null;

  @ApiProperty({ enum: ['STARTED', 'DONE', 'FAILED', 'REFUSED'] })
  outcome!: ActOutcome;

  @Text('The reason given for a discard; otherwise why the act failed or was refused')
  reason!: string | null;

  @ApiProperty({
    type: Object,
    nullable: true,
    description:
      'For DISCARD_REJECTED and RETRY_REJECTED, the event without its value; bytes that are not UTF-8 are `{ base64 }`, and `headers` is null without the scope `payloads:read`. For REPLAY_ALL, the filter and the counts',
  })
  details!: object | null;
}

export class AuditPageResponse {
  @ApiProperty({ type: [AuditResponse] })
  data!: readonly AuditResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'The `cursor` of the next page; null on the last page' })
  nextCursor!: string | null;
}

/** An act without the headers of the event that it concerns. */
export function withoutHeaders({ details, ...act }: AuditRecord): AuditRecord {
  return { ...act, details: details && 'headers' in details ? { ...details, headers: null } : details };
}
