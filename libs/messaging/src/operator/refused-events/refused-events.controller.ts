import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { keyAfter, PageQuery, pageOf } from '@orderflow/http';
import { RefusedRepository } from '../../publish/refused.repository.js';
import { DiscardRequest } from '../dead-letters.requests.js';
import { DiscardRefusedEvent } from './discard-refused-event.js';
import { isPosition } from '../position.js';
import { RetryRefusedEvent } from './retry-refused-event.js';
import { RefusedEventPageResponse, RefusedEventResponse, toRefusedResponse } from './refused-events.responses.js';

/** Outgoing events that Kafka refuses, such as one that is too large: tried again by themselves, or as an operator decides. */
@ApiTags('outbox')
@Controller('outbox/refused')
export class RefusedEventsController {
  constructor(
    private readonly refused: RefusedRepository,
    private readonly discardRefusedEvent: DiscardRefusedEvent,
    private readonly retryRefusedEvent: RetryRefusedEvent,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Events that Kafka refuses, oldest first; each holds its key back' })
  @ApiOkResponse({ type: RefusedEventPageResponse })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad parameter' })
  async list(@Query() query: PageQuery): Promise<RefusedEventPageResponse> {
    const rows = await this.refused.list({ after: keyAfter(query, isPosition), limit: query.limit + 1 });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ position }) => position);
    return { data: entries.map(toRefusedResponse), nextCursor };
  }

  @Post(':position/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try such an event again at once; where Kafka takes it, what waits behind it follows' })
  @ApiOkResponse({ type: RefusedEventResponse, description: 'What is tried' })
  @ApiNotFoundResponse({ description: 'There is no such event' })
  async retry(@Param('position') position: string): Promise<RefusedEventResponse> {
    const event = isPosition(position) ? await this.retryRefusedEvent.execute(position) : undefined;
    if (!event) throw new NotFoundException(`There is no refused event ${position}`);
    return toRefusedResponse(event);
  }

  @Post(':position/discard')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give such an event up for good; what waits behind it is published' })
  @ApiOkResponse({ type: RefusedEventResponse, description: 'What is given up' })
  @ApiBadRequestResponse({ description: 'There is no reason' })
  @ApiNotFoundResponse({ description: 'There is no such event' })
  async discard(
    @Param('position') position: string,
    @Body() { reason }: DiscardRequest,
  ): Promise<RefusedEventResponse> {
    const event = isPosition(position) ? await this.discardRefusedEvent.execute(position, reason) : undefined;
    if (!event) throw new NotFoundException(`There is no refused event ${position}`);
    return toRefusedResponse(event);
  }
}
