import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsId } from '@orderflow/events';
import { PageQuery } from '@orderflow/http';
import { IsIn, IsOptional } from 'class-validator';
import type { NotificationType } from './domain/compose-notification.js';
import type { Channel, NotificationStatus } from './notification.js';

/** Of each type of notification: one that is missing does not compile. */
const TYPES = Object.keys({
  ORDER_CREATED: true,
  ORDER_CANCELLED: true,
  ORDER_FULFILLED: true,
  INVENTORY_RESERVED: true,
  INVENTORY_INSUFFICIENT: true,
} satisfies Record<NotificationType, true>);
const STATUSES: NotificationStatus[] = ['PENDING', 'SENT', 'FAILED'];
const CHANNELS: Channel[] = ['log'];

export class ListNotificationsQuery extends PageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsId()
  customerId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsId()
  orderId?: string;

  @ApiPropertyOptional({ enum: TYPES })
  @IsOptional()
  @IsIn(TYPES)
  type?: NotificationType;

  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  status?: NotificationStatus;
}

export class NotificationResponse {
  @ApiProperty({ format: 'uuid' })
  notificationId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  orderId!: string;

  @ApiProperty({ enum: TYPES })
  type!: NotificationType;

  @ApiProperty({ enum: CHANNELS })
  channel!: Channel;

  @ApiProperty()
  subject!: string;

  @ApiProperty()
  body!: string;

  @ApiProperty({ enum: STATUSES })
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
