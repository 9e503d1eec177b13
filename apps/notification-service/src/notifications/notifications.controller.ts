import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiBadRequestResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { keyAfter, nextLink, pageOf, type ReplyHeaders } from '@orderflow/http';
import { validate as isUuid } from 'uuid';
import { ListNotificationsQuery } from './notifications.requests.js';
import { NotificationResponse } from './notifications.responses.js';
import { NotificationsRepository } from './notifications.repository.js';

@ApiTags('notifications')
@Controller('notifications')
export class NotificationsController {
  constructor(private readonly notifications: NotificationsRepository) {}

  @Get()
  @ApiOperation({ summary: 'List notifications, newest first' })
  @ApiOkResponse({
    type: [NotificationResponse],
    headers: { Link: { description: 'rel="next": the next page, if there is one', schema: { type: 'string' } } },
  })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad parameter' })
  async list(
    @Query() query: ListNotificationsQuery,
    @Req() request: { url: string },
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<readonly NotificationResponse[]> {
    const rows = await this.notifications.list(query, { before: keyAfter(query, isUuid), limit: query.limit + 1 });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ notificationId }) => notificationId);
    if (nextCursor) reply.header('link', nextLink(request.url, nextCursor));
    return entries;
  }
}
