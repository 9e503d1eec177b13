import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CalledBy, type Caller, customerWithin, Requires } from '@orderflow/auth';
import { IsId } from '@orderflow/events';
import { EventStreamRoute, type HttpReply, type HttpRequest, Parameters } from '@orderflow/http';
import { IsIn, IsOptional } from 'class-validator';
import type { NotificationType } from '../domain/compose-notification.js';
import { NOTIFICATION_STATUSES, NOTIFICATION_TYPES, type NotificationStatus } from '../notification.js';
import { NotificationStreams } from './notification-streams.js';

export class StreamNotificationsQuery extends Parameters {
  @IsOptional()
  @IsId()
  customerId?: string;

  @IsOptional()
  @IsIn(NOTIFICATION_TYPES)
  type?: NotificationType;

  @IsOptional()
  @IsIn(NOTIFICATION_STATUSES)
  status?: NotificationStatus;
}

@ApiTags('notifications')
@Controller('notifications')
export class NotificationStreamsController {
  constructor(private readonly streams: NotificationStreams) {}

  @Get('stream')
  @Requires('customer', 'orders:read')
  @ApiOperation({
    operationId: 'streamNotifications',
    summary: 'Follow new notifications and changes of their status',
    description:
      'Each event is a JSON object: `notificationId`, `customerId`, `orderId`, `type`, `channel`, `status` and `at`. The event `reset` says that changes may be missing: read `GET /notifications`, and continue.',
  })
  @EventStreamRoute()
  follow(
    @Query() query: StreamNotificationsQuery,
    @CalledBy() caller: Caller,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    return this.streams.open(request, reply, { ...query, customerId: customerWithin(caller, query.customerId) });
  }
}
