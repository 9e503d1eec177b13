import { ApiProperty } from '@nestjs/swagger';
import type { NotificationType } from '../notifications/domain/compose-notification.js';
import { NOTIFICATION_TYPES } from '../notifications/notification.js';
import { type Language, LANGUAGES } from './contact.js';

export class ContactResponse {
  @ApiProperty()
  customerId!: string;

  @ApiProperty({ type: 'string', nullable: true })
  email!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  webhookUrl!: string | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Since when nothing is sent to the webhook, because it failed for too long; a PUT enables it again',
  })
  webhookDisabledAt!: Date | null;

  @ApiProperty({ type: 'string', nullable: true })
  webhookDisabledReason!: string | null;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', enum: NOTIFICATION_TYPES },
    nullable: true,
    description: 'The types that the customer wants; null: all',
  })
  events!: readonly NotificationType[] | null;

  @ApiProperty({ enum: LANGUAGES })
  language!: Language;

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  updatedAt!: Date;
}

export class PutContactResponse extends ContactResponse {
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'What signs the webhook’s messages; null without a webhook. Only the response to a PUT shows it',
  })
  webhookSecret!: string | null;
}
