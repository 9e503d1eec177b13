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

  @Text('Null for an act on many, or on an outgoing event')
  deadLetterId!: string | null;

  @ApiProperty({ enum: ['STARTED', 'DONE', 'FAILED', 'REFUSED'] })
  outcome!: ActOutcome;

  @Text('Of a discard as it was given, else why the act failed or was refused')
  reason!: string | null;

  @ApiProperty({
    type: Object,
    nullable: true,
    description:
      'Of DISCARD_REJECTED and RETRY_REJECTED: the event without its value, bytes that are no text as { base64 }',
  })
  details!: object | null;
}

export class AuditPageResponse {
  @ApiProperty({ type: [AuditResponse] })
  data!: readonly AuditResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one' })
  nextCursor!: string | null;
}
