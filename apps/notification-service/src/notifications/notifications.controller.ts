import {
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { CalledBy, type Caller, customerWithin, Requires } from '@orderflow/auth';
import { ApiList, linksTo, nextLink, pageOf, type ReplyHeaders } from '@orderflow/http';
import { ApiIdempotencyKey, Keyed, type KeyedRequest } from '@orderflow/idempotency';
import { ListNotificationsQuery } from './notifications.requests.js';
import { DetailedNotificationResponse, NotificationResponse } from './notifications.responses.js';
import { NotificationsRepository } from './notifications.repository.js';
import { ResendNotification } from './resend-notification.js';

const OF_NOTIFICATION = ['getNotification', 'resendNotification'];
const NotificationId = () => ApiParam({ name: 'notificationId', schema: { type: 'string', format: 'uuid' } });

@ApiTags('notifications')
@Controller('notifications')
export class NotificationsController {
  constructor(
    private readonly notifications: NotificationsRepository,
    private readonly resendNotification: ResendNotification,
  ) {}

  @Get()
  @Requires('customer', 'orders:read')
  @ApiOperation({
    operationId: 'listNotifications',
    summary: 'List notifications, newest first',
    description:
      'For a usual `type` (ORDER_CREATED, INVENTORY_RESERVED, ORDER_FULFILLED), for the `status` SENT, or for PENDING together with another filter, but not with `orderId`, a request searches at most 1,000 notifications. The page may then have fewer entries than `limit`, or none, although more follow: continue until there is no `Link`.',
  })
  @ApiList(NotificationResponse, linksTo(OF_NOTIFICATION, 'notificationId', '/0/notificationId'))
  async list(
    @Query() query: ListNotificationsQuery,
    @CalledBy() caller: Caller,
    @Req() request: { url: string },
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<readonly NotificationResponse[]> {
    const filter = { ...query, customerId: customerWithin(caller, query.customerId) };
    const { rows, searchedTo } = await this.notifications.list(filter, {
      before: query.cursor ?? null,
      limit: query.limit + 1,
    });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ notificationId }) => notificationId, searchedTo);
    if (nextCursor) reply.header('link', nextLink(request.url, nextCursor));
    return entries;
  }

  @Get(':notificationId')
  @Requires('customer', 'orders:read')
  @NotificationId()
  @ApiOperation({ operationId: 'getNotification', summary: 'Get one notification with the attempts to send it' })
  @ApiOkResponse({ type: DetailedNotificationResponse })
  @ApiNotFoundResponse({ description: 'There is no such notification' })
  async find(
    @Param('notificationId') notificationId: string,
    @CalledBy() { customerId }: Caller,
  ): Promise<DetailedNotificationResponse> {
    const notification = await this.notifications.find(notificationId, customerId);
    if (!notification) throw notFound(notificationId);
    return notification;
  }

  @Post(':notificationId/resend')
  @Requires('orders:write')
  @HttpCode(202)
  @NotificationId()
  @ApiOperation({
    operationId: 'resendNotification',
    summary: 'Send a notification again',
    description:
      'It is sent as it is, to where the contact of its customer says now, with as many attempts as a new one. Its receiver can tell by its id that it is the same.',
  })
  @ApiAcceptedResponse({
    type: NotificationResponse,
    description: 'It is PENDING again',
    links: linksTo(OF_NOTIFICATION, 'notificationId'),
  })
  @ApiNotFoundResponse({ description: 'There is no such notification' })
  @ApiIdempotencyKey('It is being sent already, or the contact of its customer does not have its channel any more')
  async resend(
    @Param('notificationId') notificationId: string,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<NotificationResponse> {
    const outcome = await this.resendNotification.execute(notificationId, keyed);
    switch (outcome.kind) {
      case 'queued':
        return outcome.notification;
      case 'not-found':
        throw notFound(notificationId);
      case 'pending':
        throw new ConflictException(`Notification ${notificationId} is PENDING: it is being sent already`);
      case 'no-channel': {
        const { customerId, channel } = outcome.notification;
        throw new ConflictException(
          `Customer ${customerId} cannot be reached through ${channel} any more; set it with PUT /customers/${customerId}/contact`,
        );
      }
    }
  }
}

const notFound = (notificationId: string) => new NotFoundException(`There is no notification ${notificationId}`);
