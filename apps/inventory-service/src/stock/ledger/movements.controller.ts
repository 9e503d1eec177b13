import { Body, ConflictException, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { keyAfter, nextLink, pageOf, PageQuery, type ReplyHeaders } from '@orderflow/http';
import { ApiIdempotencyKey, Keyed, type KeyedRequest } from '@orderflow/idempotency';
import { MAX_ON_HAND } from '../domain/stock-level.js';
import { itemNotFound } from '../item-not-found.js';
import { StockRepository } from '../stock.repository.js';
import { ItemParameters } from '../stock.requests.js';
import { AdjustStock } from './adjust-stock.js';
import { AdjustStockRequest } from './movements.requests.js';
import { MovementsRepository } from './movements.repository.js';
import { MovementResponse } from './movements.responses.js';

@ApiTags('inventory')
@Controller('inventory/:itemId')
export class MovementsController {
  constructor(
    private readonly adjustStock: AdjustStock,
    private readonly stock: StockRepository,
    private readonly movements: MovementsRepository,
  ) {}

  @Get('movements')
  @ApiOperation({ summary: 'List the movements of an item, newest first; the sum of all is its `onHand`' })
  @ApiOkResponse({
    type: [MovementResponse],
    headers: { Link: { description: 'rel="next": the next page, if there is one', schema: { type: 'string' } } },
  })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad parameter' })
  @ApiNotFoundResponse({ description: 'There is no such item' })
  async list(
    @Param() { itemId }: ItemParameters,
    @Query() query: PageQuery,
    @Req() request: { url: string },
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<readonly MovementResponse[]> {
    const before = keyAfter(query, isMovementId);
    if (!(await this.stock.find(itemId))) throw itemNotFound(itemId);
    const rows = await this.movements.list(itemId, { before, limit: query.limit + 1 });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ movementId }) => movementId);
    if (nextCursor) reply.header('link', nextLink(request.url, nextCursor));
    return entries;
  }

  @Post('adjustments')
  @ApiOperation({ summary: 'Book pieces that arrive or leave without an order, such as a delivery or a stock-take' })
  @ApiCreatedResponse({ type: MovementResponse, description: 'The stock is changed; the movement says so' })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad field' })
  @ApiNotFoundResponse({ description: 'There is no such item' })
  @ApiIdempotencyKey(
    'Fewer pieces would be on hand than are reserved, or more than an item can have; `detail` has the figures',
  )
  @ApiServiceUnavailableResponse({ description: 'Nothing was changed; try again after `Retry-After`' })
  async adjust(
    @Param() { itemId }: ItemParameters,
    @Body() { delta, reason }: AdjustStockRequest,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<MovementResponse> {
    const outcome = await this.adjustStock.execute({ itemId, delta, reason }, keyed);
    switch (outcome.kind) {
      case 'adjusted':
        return outcome.movement;
      case 'not-found':
        throw itemNotFound(itemId);
      case 'reserved': {
        const { onHand, reserved } = outcome.level;
        throw new ConflictException(
          `Item ${itemId} has ${onHand} on hand, of which ${reserved} are reserved, so ${delta} can’t be booked`,
        );
      }
      case 'too-many':
        throw new ConflictException(
          `Item ${itemId} has ${outcome.level.onHand} on hand and can have ${MAX_ON_HAND} at most, so ${delta} can’t be booked`,
        );
    }
  }
}

const isMovementId = (text: string) => /^[1-9]\d{0,17}$/.test(text);
