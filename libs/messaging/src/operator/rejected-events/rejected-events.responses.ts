import { ApiProperty } from '@nestjs/swagger';
import { headerOf } from '../../envelope/message.js';
import type { RejectedEvent } from '../../publish/rejected-events/rejected-events.repository.js';
import { Encoded, HeaderResponse, Text, toHeaders } from '../encoded.js';
import { type Encoding, readable } from '../readable.js';

export class RejectedEventResponse {
  @ApiProperty({ description: 'Its place in the outbox, a 64-bit integer as text' })
  position!: string;

  @ApiProperty()
  topic!: string;

  @Text('What waits behind it has the same one')
  key!: string | null;

  @Encoded()
  keyEncoding!: Encoding | null;

  @Text('As the header ce_type says')
  eventType!: string | null;

  @ApiProperty({ type: [HeaderResponse], description: 'A name that occurs several times has several entries' })
  headers!: readonly HeaderResponse[];

  @ApiProperty({ type: Number, nullable: true, description: 'The size of its value; null: it has none' })
  bytes!: number | null;

  @ApiProperty({ description: 'Why Kafka does not take it' })
  rejection!: string;

  @ApiProperty({ description: 'How often Kafka has rejected it' })
  rejections!: number;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it is tried again by itself' })
  nextAttemptAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  addedAt!: Date;
}

export class RejectedEventPageResponse {
  @ApiProperty({ type: [RejectedEventResponse] })
  data!: readonly RejectedEventResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one' })
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
