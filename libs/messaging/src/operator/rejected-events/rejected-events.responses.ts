import { ApiProperty } from '@nestjs/swagger';
import { headerOf } from '../../envelope/message.js';
import type { RejectedEvent } from '../../publish/rejected-events/rejected-events.repository.js';
import { Encoded, HeaderList, type HeaderResponse, Text, toHeaders } from '../encoded.js';
import { type Encoding, readable } from '../readable.js';

export class RejectedEventResponse {
  @ApiProperty({ description: 'The position in the outbox: a 64-bit integer as text' })
  position!: string;

  @ApiProperty()
  topic!: string;

  @Text('Events that wait behind it have the same key')
  key!: string | null;

  @Encoded()
  keyEncoding!: Encoding | null;

  @Text('The header `ce_type`')
  eventType!: string | null;

  @HeaderList()
  headers!: readonly HeaderResponse[] | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The size of the value in bytes; null if there is no value',
  })
  bytes!: number | null;

  @ApiProperty({ description: 'Why Kafka rejects it' })
  rejection!: string;

  @ApiProperty({ type: 'integer', description: 'How often Kafka has rejected it' })
  rejections!: number;

  @ApiProperty({ type: String, format: 'date-time', description: 'When the service tries it again' })
  nextAttemptAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  addedAt!: Date;
}

export class RejectedEventPageResponse {
  @ApiProperty({ type: [RejectedEventResponse] })
  data!: readonly RejectedEventResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'The `cursor` of the next page; null on the last page' })
  nextCursor!: string | null;
}

export function toRejectedResponse({ key, headers, ...event }: RejectedEvent): RejectedEventResponse {
  const bytes = key && readable(key);
  return {
    ...event,
    key: bytes?.text ?? null,
    keyEncoding: bytes?.encoding ?? null,
    eventType: headerOf({ headers }, 'ce_type') ?? null,
    headers: toHeaders(headers),
  };
}

/** For callers who may not read payloads. */
export const withoutPayload = (event: RejectedEventResponse): RejectedEventResponse => ({ ...event, headers: null });
