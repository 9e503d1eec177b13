import {
  Body,
  ConflictException,
  Controller,
  Get,
  Headers,
  Param,
  Patch,
  Post,
  PreconditionFailedException,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiTags,
} from '@nestjs/swagger';
import { actorOf, CalledBy, type Caller, Requires } from '@orderflow/auth';
import {
  ApiList,
  entityTagOf,
  IF_MATCH_SCHEMA,
  ifMatchOf,
  linksTo,
  LOCATION,
  nextLink,
  pageOf,
  type ReplyHeaders,
} from '@orderflow/http';
import { ApiIdempotencyKey, Keyed, type KeyedRequest } from '@orderflow/idempotency';
import { ChangeItem } from './change-item.js';
import { CreateItem } from './create-item.js';
import { itemNotFound } from './item-not-found.js';
import type { StockItem } from './stock-item.js';
import { ChangeItemRequest, CreateItemRequest, ItemParameters, ListItemsQuery } from './stock.requests.js';
import { ItemResponse } from './stock.responses.js';
import { StockRepository } from './stock.repository.js';

const OF_ITEM = ['getItem', 'changeItem', 'listMovements', 'adjustStock'];
const ETAG = {
  ETag: {
    description: 'The revision of the name and the threshold, for `If-Match`; it does not change with the stock',
    required: true,
    schema: { type: 'string', example: '"1"' },
  },
} as const;

@ApiTags('inventory')
@Controller('inventory')
export class StockController {
  constructor(
    private readonly createItem: CreateItem,
    private readonly changeItem: ChangeItem,
    private readonly stock: StockRepository,
  ) {}

  @Get()
  @Requires('customer', 'stock:read')
  @ApiOperation({ operationId: 'listItems', summary: 'List the stock, sorted by item id' })
  @ApiList(ItemResponse, linksTo(OF_ITEM, 'itemId', '/0/itemId'))
  async list(
    @Query() query: ListItemsQuery,
    @Req() request: { url: string },
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<readonly ItemResponse[]> {
    const rows = await this.stock.list({ after: query.cursor ?? null, limit: query.limit + 1 });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ itemId }) => itemId);
    if (nextCursor) reply.header('link', nextLink(request.url, nextCursor));
    return entries.map(toResponse);
  }

  @Get(':itemId')
  @Requires('customer', 'stock:read')
  @ApiOperation({ operationId: 'getItem', summary: 'Get one item' })
  @ApiOkResponse({ type: ItemResponse, headers: ETAG })
  @ApiNotFoundResponse({ description: 'There is no such item' })
  async find(
    @Param() { itemId }: ItemParameters,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ItemResponse> {
    const item = await this.stock.find(itemId);
    if (!item) throw itemNotFound(itemId);
    return tagged(item, reply);
  }

  @Patch(':itemId')
  @Requires('stock:write')
  @ApiOperation({ operationId: 'changeItem', summary: 'Rename an item, or set its threshold' })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The `ETag` that you have seen: the change is refused if someone else was faster (RFC 9110)',
    schema: IF_MATCH_SCHEMA,
  })
  @ApiOkResponse({ type: ItemResponse, headers: ETAG })
  @ApiNotFoundResponse({ description: 'There is no such item' })
  @ApiPreconditionFailedResponse({
    description: 'Someone else has changed the item; get it again. Nothing was changed',
    headers: ETAG,
  })
  async change(
    @Param() { itemId }: ItemParameters,
    @Body() request: ChangeItemRequest,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ItemResponse> {
    const outcome = await this.changeItem.execute(itemId, request, ifMatchOf(condition));
    switch (outcome.kind) {
      case 'changed':
        return tagged(outcome.item, reply);
      case 'not-found':
        throw itemNotFound(itemId);
      case 'outdated':
        reply.header('etag', entityTagOf(outcome.item.revision));
        throw new PreconditionFailedException(`Item ${itemId} has been changed meanwhile; get it and try again`);
    }
  }

  @Post()
  @Requires('stock:write')
  @ApiOperation({ operationId: 'createItem', summary: 'Add an item to the catalogue' })
  @ApiCreatedResponse({ type: ItemResponse, headers: { ...LOCATION, ...ETAG }, links: linksTo(OF_ITEM, 'itemId') })
  @ApiIdempotencyKey('An item with this id already exists; it was not changed')
  async create(
    @Body() request: CreateItemRequest,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ItemResponse> {
    const outcome = await this.createItem.execute(request, actorOf(caller), keyed);
    if (outcome.kind === 'exists') throw new ConflictException(`Item ${request.itemId} already exists`);
    reply.header('location', `/inventory/${encodeURIComponent(request.itemId)}`);
    return tagged(outcome.item, reply);
  }
}

function tagged(item: StockItem, reply: ReplyHeaders): ItemResponse {
  reply.header('etag', entityTagOf(item.revision));
  return toResponse(item);
}

const toResponse = ({ revision, ...item }: StockItem): ItemResponse => item;
