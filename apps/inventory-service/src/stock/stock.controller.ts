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
  ApiBadRequestResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiTags,
} from '@nestjs/swagger';
import { isId } from '@orderflow/events';
import {
  entityTagOf,
  type IfMatch,
  invalidRequest,
  keyAfter,
  nextLink,
  pageOf,
  PageQuery,
  parseIfMatch,
  type ReplyHeaders,
} from '@orderflow/http';
import { ApiIdempotencyKey, Keyed, type KeyedRequest } from '@orderflow/idempotency';
import { ChangeItem } from './change-item.js';
import { CreateItem } from './create-item.js';
import { itemNotFound } from './item-not-found.js';
import type { StockItem } from './stock-item.js';
import { ChangeItemRequest, CreateItemRequest, ItemParameters } from './stock.requests.js';
import { ItemResponse } from './stock.responses.js';
import { StockRepository } from './stock.repository.js';

const ETAG = {
  ETag: {
    description: 'The revision of the name and the threshold, for `If-Match`; it does not change with the stock',
    schema: { type: 'string' },
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
    return entries.map(toResponse);
  }

  @Get(':itemId')
  @ApiOperation({ summary: 'Get one item' })
  @ApiOkResponse({ type: ItemResponse, headers: ETAG })
  @ApiBadRequestResponse({ description: 'The item id is malformed' })
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
  @ApiOperation({ summary: 'Rename an item, or set its threshold' })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The `ETag` that you have seen: the change is refused if someone else was faster (RFC 9110)',
    schema: { type: 'string', example: '"1"' },
  })
  @ApiOkResponse({ type: ItemResponse, headers: ETAG })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad field' })
  @ApiNotFoundResponse({ description: 'There is no such item' })
  @ApiPreconditionFailedResponse({
    description: 'Someone else has changed the item; get it again. Nothing was changed',
  })
  async change(
    @Param() { itemId }: ItemParameters,
    @Body() request: ChangeItemRequest,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ItemResponse> {
    const outcome = await this.changeItem.execute(itemId, request, ifMatch(condition));
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
  @ApiOperation({ summary: 'Add an item to the catalogue' })
  @ApiCreatedResponse({ type: ItemResponse, headers: ETAG })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad field' })
  @ApiIdempotencyKey('An item with this id already exists; it was not changed')
  async create(
    @Body() request: CreateItemRequest,
    @Keyed() keyed: KeyedRequest | undefined,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ItemResponse> {
    const outcome = await this.createItem.execute(request, keyed);
    if (outcome.kind === 'exists') throw new ConflictException(`Item ${request.itemId} already exists`);
    reply.header('location', `/inventory/${encodeURIComponent(request.itemId)}`);
    return tagged(outcome.item, reply);
  }
}

function ifMatch(header: string | undefined): IfMatch | undefined {
  const condition = header === undefined ? undefined : parseIfMatch(header);
  if (header === undefined || condition) return condition;
  throw invalidRequest([{ parameter: 'If-Match', detail: 'If-Match must be * or a list of entity tags, such as "1"' }]);
}

function tagged(item: StockItem, reply: ReplyHeaders): ItemResponse {
  reply.header('etag', entityTagOf(item.revision));
  return toResponse(item);
}

const toResponse = ({ revision, ...item }: StockItem): ItemResponse => item;
