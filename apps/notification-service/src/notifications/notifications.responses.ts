import { ApiProperty } from '@nestjs/swagger';
import type { NotificationType } from './domain/compose-notification.js';
import {
  type Channel,
  CHANNELS,
  NOTIFICATION_STATUSES,
  NOTIFICATION_TYPES,
  type NotificationStatus,
} from './notification.js';

export class NotificationResponse {
  @ApiProperty({ format: 'uuid' })
  notificationId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  orderId!: string;

  @ApiProperty({ enum: NOTIFICATION_TYPES })
  type!: NotificationType;

  @ApiProperty({ enum: CHANNELS })
  channel!: Channel;

  @ApiProperty()
  subject!: string;

  @ApiProperty()
  body!: string;

  @ApiProperty({ enum: NOTIFICATION_STATUSES })
  status!: NotificationStatus;

  @ApiProperty({ type: 'integer', description: 'Number of attempts to send it' })
  attempts!: number;

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  sentAt!: Date | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'The error of the last failed attempt' })
  lastError!: string | null;
}
