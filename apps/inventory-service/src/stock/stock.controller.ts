import {
  Body,
  ConflictException,
  Controller,
  Get,
  NotFoundException,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { isId } from '@orderflow/events';
import { keyAfter, nextLink, pageOf, PageQuery, type ReplyHeaders } from '@orderflow/http';
import { CreateItem } from './create-item.js';
import { CreateItemRequest, ItemParameters } from './stock.requests.js';
import { ItemResponse } from './stock.responses.js';
import { StockRepository } from './stock.repository.js';

@ApiTags('inventory')
@Controller('inventory')
export class StockController {
  constructor(
    private readonly createItem: CreateItem,
    private readonly stock: StockRepository,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the stock, sorted by item id' })
  @ApiOkResponse({
    type: [ItemResponse],
    headers: { Link: { description: 'rel="next": the next page, if there is one', schema: { type: 'string' } } },
  })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad parameter' })
  async list(
    @Query() query: PageQuery,
    @Req() request: { url: string },
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<readonly ItemResponse[]> {
    const rows = await this.stock.list({ after: keyAfter(query, isId), limit: query.limit + 1 });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ itemId }) => itemId);
    if (nextCursor) reply.header('link', nextLink(request.url, nextCursor));
    return entries;
  }

  @Get(':itemId')
  @ApiOperation({ summary: 'Get one item' })
  @ApiOkResponse({ type: ItemResponse })
  @ApiBadRequestResponse({ description: 'The item id is malformed' })
  @ApiNotFoundResponse({ description: 'There is no such item' })
  async find(@Param() { itemId }: ItemParameters): Promise<ItemResponse> {
    const item = await this.stock.find(itemId);
    if (!item) throw new NotFoundException(`There is no item ${itemId}`);
    return item;
  }

  @Post()
  @ApiOperation({ summary: 'Add an item to the catalogue' })
  @ApiCreatedResponse({ type: ItemResponse })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad field' })
  @ApiConflictResponse({ description: 'An item with this id already exists; it was not changed' })
  async create(
    @Body() request: CreateItemRequest,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ItemResponse> {
    const outcome = await this.createItem.execute(request);
    if (outcome.kind === 'exists') throw new ConflictException(`Item ${request.itemId} already exists`);
    reply.header('location', `/inventory/${encodeURIComponent(request.itemId)}`);
    return outcome.item;
  }
}
