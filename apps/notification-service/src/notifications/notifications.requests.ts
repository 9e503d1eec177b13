import { IsId } from '@orderflow/events';
import { IsCursor, PageQuery, UUID } from '@orderflow/http';
import { IsIn, IsOptional } from 'class-validator';
import type { NotificationType } from './domain/compose-notification.js';
import { NOTIFICATION_STATUSES, NOTIFICATION_TYPES, type NotificationStatus } from './notification.js';

export class ListNotificationsQuery extends PageQuery {
  @IsCursor(UUID)
  cursor?: string;

  @IsOptional()
  @IsId()
  customerId?: string;

  @IsOptional()
  @IsId()
  orderId?: string;

  @IsOptional()
  @IsIn(NOTIFICATION_TYPES)
  type?: NotificationType;

  @IsOptional()
  @IsIn(NOTIFICATION_STATUSES)
  status?: NotificationStatus;
}
