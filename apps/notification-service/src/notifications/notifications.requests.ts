import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsId } from '@orderflow/events';
import { PageQuery } from '@orderflow/http';
import { IsIn, IsOptional } from 'class-validator';
import type { NotificationType } from './domain/compose-notification.js';
import { NOTIFICATION_STATUSES, NOTIFICATION_TYPES, type NotificationStatus } from './notification.js';

export class ListNotificationsQuery extends PageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsId()
  customerId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsId()
  orderId?: string;

  @ApiPropertyOptional({ enum: NOTIFICATION_TYPES })
  @IsOptional()
  @IsIn(NOTIFICATION_TYPES)
  type?: NotificationType;

  @ApiPropertyOptional({ enum: NOTIFICATION_STATUSES })
  @IsOptional()
  @IsIn(NOTIFICATION_STATUSES)
  status?: NotificationStatus;
}
