import { Body, ConflictException, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, CalledBy, type Caller, Requires } from '@orderflow/auth';
import { ApiList, nextLink, pageOf, type ReplyHeaders } from '@orderflow/http';
import { ApiIdempotencyKey, Keyed, type KeyedRequest } from '@orderflow/idempotency';
import { MAX_ON_HAND } from '../domain/stock-level.js';
import { itemNotFound } from '../item-not-found.js';
import { StockRepository } from '../stock.repository.js';
import { ItemParameters } from '../stock.requests.js';
import { AdjustStock } from './adjust-stock.js';
import { AdjustStockRequest, ListMovementsQuery } from './movements.requests.js';
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
  @Requires('stock:read')
  @ApiOperation({
    operationId: 'listMovements',
    summary: 'List the movements of an item, newest first; the sum of all is its `onHand`',
  })
  @ApiList(MovementResponse)
  @ApiNotFoundResponse({ description: 'There is no such item' })
  async list(
    @Param() { itemId }: ItemParameters,
    @Query() query: ListMovementsQuery,
    @Req() request: { url: string },
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<readonly MovementResponse[]> {
    if (!(await this.stock.find(itemId))) throw itemNotFound(itemId);
    const rows = await this.movements.list(itemId, { before: query.cursor ?? null, limit: query.limit + 1 });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ movementId }) => movementId);
    if (nextCursor) reply.header('link', nextLink(request.url, nextCursor));
    return entries;
  }

  @Post('adjustments')
  @Requires('stock:write')
  @ApiOperation({
    operationId: 'adjustStock',
    summary: 'Book pieces that arrive or leave without an order, such as a delivery or a stock-take',
  })
  @ApiCreatedResponse({ type: MovementResponse, description: 'The stock is changed; the movement says so' })
  @ApiNotFoundResponse({ description: 'There is no such item' })
  @ApiIdempotencyKey(
    'Fewer pieces would be on hand than are reserved, or more than an item can have; `detail` has the figures',
  )
  async adjust(
    @Param() { itemId }: ItemParameters,
    @Body() { delta, reason }: AdjustStockRequest,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<MovementResponse> {
    const outcome = await this.adjustStock.execute({ itemId, delta, reason, actor: actorOf(caller) }, keyed);
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
