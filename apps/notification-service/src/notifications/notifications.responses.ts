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

export class SendAttemptResponse {
  @ApiProperty({ type: 'string', format: 'date-time' })
  attemptedAt!: Date;

  @ApiProperty({ enum: ['SENT', 'FAILED'] })
  status!: 'SENT' | 'FAILED';

  @ApiProperty({ type: 'integer', description: 'Duration in milliseconds' })
  latencyMs!: number;

  @ApiProperty({ type: 'string', nullable: true })
  error!: string | null;
}

export class NotificationDeliveryResponse {
  @ApiProperty({ enum: CHANNELS })
  channel!: Channel;

  @ApiProperty({ enum: NOTIFICATION_STATUSES })
  status!: NotificationStatus;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Null if none follows, or if it waits for an earlier one of its order',
  })
  nextAttemptAt!: Date | null;

  @ApiProperty({
    type: [SendAttemptResponse],
    description: 'The latest 100, oldest first; none for `log`, which is written at once',
  })
  attempts!: readonly SendAttemptResponse[];
}

export class DetailedNotificationResponse extends NotificationResponse {
  @ApiProperty({ type: [NotificationDeliveryResponse], description: 'One for its channel' })
  deliveries!: readonly NotificationDeliveryResponse[];
}
