import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiList, nextLink, pageOf, type ReplyHeaders } from '@orderflow/http';
import { ListNotificationsQuery } from './notifications.requests.js';
import { NotificationResponse } from './notifications.responses.js';
import { NotificationsRepository } from './notifications.repository.js';

@ApiTags('notifications')
@Controller('notifications')
export class NotificationsController {
  constructor(private readonly notifications: NotificationsRepository) {}

  @Get()
  @ApiOperation({
    operationId: 'listNotifications',
    summary: 'List notifications, newest first',
    description:
      'For a usual `type` (ORDER_CREATED, INVENTORY_RESERVED, ORDER_FULFILLED), for the `status` SENT, or for PENDING together with another filter, but not with `orderId`, a request searches at most 1,000 notifications. The page may then have fewer entries than `limit`, or none, although more follow: continue until there is no `Link`.',
  })
  @ApiList(NotificationResponse)
  async list(
    @Query() query: ListNotificationsQuery,
    @Req() request: { url: string },
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<readonly NotificationResponse[]> {
    const { rows, searchedTo } = await this.notifications.list(query, {
      before: query.cursor ?? null,
      limit: query.limit + 1,
    });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ notificationId }) => notificationId, searchedTo);
    if (nextCursor) reply.header('link', nextLink(request.url, nextCursor));
    return entries;
  }
}
