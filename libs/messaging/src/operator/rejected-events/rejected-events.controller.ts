import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { actorOf, CalledBy, type Caller, Requires } from '@orderflow/auth';
import { ApiIdempotencyKey, Keyed, type KeyedRequest } from '@orderflow/idempotency';
import { linksTo, pageOf } from '@orderflow/http';
import { RejectedEventsRepository } from '../../publish/rejected-events/rejected-events.repository.js';
import { DiscardRequest } from '../dead-letters/dead-letters.requests.js';
import { DiscardRejectedEvent, type DiscardRejectedEventOutcome } from './discard-rejected-event.js';
import { POSITION } from '../position.js';
import { ListRejectedEventsQuery } from './rejected-events.requests.js';
import { RetryRejectedEvent, type RetryRejectedEventOutcome } from './retry-rejected-event.js';
import {
  RejectedEventPageResponse,
  RejectedEventResponse,
  toRejectedResponse,
  withoutPayload,
} from './rejected-events.responses.js';

const OF_REJECTED_EVENT = ['retryRejectedEvent', 'discardRejectedEvent'];
const Position = () => ApiParam({ name: 'position', schema: { type: 'string', pattern: POSITION.source } });

/** Outgoing events that Kafka rejects, for example for their size. They are retried automatically or by an operator. */
@ApiTags('outbox')
@Controller('outbox/rejected')
export class RejectedEventsController {
  constructor(
    private readonly rejected: RejectedEventsRepository,
    private readonly discardRejectedEvent: DiscardRejectedEvent,
    private readonly retryRejectedEvent: RetryRejectedEvent,
  ) {}

  @Get()
  @Requires('operations:read')
  @ApiOperation({
    operationId: 'listRejectedEvents',
    summary: 'List the events that Kafka rejects, oldest first; each holds back its key',
  })
  @ApiOkResponse({
    type: RejectedEventPageResponse,
    links: linksTo(OF_REJECTED_EVENT, 'position', '/data/0/position'),
  })
  async list(@Query() query: ListRejectedEventsQuery, @CalledBy() caller: Caller): Promise<RejectedEventPageResponse> {
    const rows = await this.rejected.list({ after: query.cursor ?? null, limit: query.limit + 1 });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ position }) => position);
    return { data: entries.map((event) => shownTo(caller, toRejectedResponse(event))), nextCursor };
  }

  @Post(':position/retry')
  @Requires('operations:write')
  @HttpCode(200)
  @ApiIdempotencyKey()
  @Position()
  @ApiOperation({
    operationId: 'retryRejectedEvent',
    summary: 'Try a rejected event again at once; if Kafka accepts it, the events behind it follow',
  })
  @ApiOkResponse({ type: RejectedEventResponse, description: 'The event that is tried again' })
  @ApiNotFoundResponse({ description: 'There is no such rejected event' })
  async retry(
    @Param('position') position: string,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<RejectedEventResponse> {
    const outcome = await this.retryRejectedEvent.execute(position, actorOf(caller), keyed);
    return shownTo(caller, eventOf(position, outcome));
  }

  @Post(':position/discard')
  @Requires('operations:write')
  @HttpCode(200)
  @ApiIdempotencyKey()
  @Position()
  @ApiOperation({
    operationId: 'discardRejectedEvent',
    summary: 'Discard a rejected event for good; the events behind it are published',
  })
  @ApiOkResponse({ type: RejectedEventResponse, description: 'The discarded event' })
  @ApiNotFoundResponse({ description: 'There is no such rejected event' })
  async discard(
    @Param('position') position: string,
    @Body() { reason }: DiscardRequest,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<RejectedEventResponse> {
    const outcome = await this.discardRejectedEvent.execute(position, { reason, actor: actorOf(caller) }, keyed);
    return shownTo(caller, eventOf(position, outcome));
  }
}

function eventOf(
  position: string,
  outcome: DiscardRejectedEventOutcome | RetryRejectedEventOutcome,
): RejectedEventResponse {
  if (outcome.kind === 'not-found') throw new NotFoundException(`There is no rejected event ${position}`);
  return outcome.event;
}

const shownTo = ({ allows }: Caller, event: RejectedEventResponse): RejectedEventResponse =>
  allows('payloads:read') ? event : withoutPayload(event);
