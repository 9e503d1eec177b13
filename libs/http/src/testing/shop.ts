import { Body, Controller, Get, HttpCode, Module, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MetricsModule } from '@orderflow/observability';
import { IsArray, IsInt, IsOptional } from 'class-validator';
import { createHttpApp, type HttpAppOptions } from '../app/create-http-app.js';
import { IsCursor, nextLink, PageQuery } from '../paging/paging.js';
import type { ReplyHeaders } from '../app/reply-headers.js';
import { IsInstant } from '../validation/instant.js';

class Basket {
  @IsOptional()
  @IsArray()
  lines?: unknown[];

  @IsOptional()
  @IsInt()
  quantity?: number;
}

class BasketsQuery extends PageQuery {
  @IsCursor(/^[0-9]{1,9}$/)
  cursor?: string;

  @IsOptional()
  @IsInstant()
  from?: Date;
}

/** Work that a test does while a request is handled. */
export const inHand: { work: () => Promise<void> } = { work: () => Promise.resolve() };

@Controller()
class ShopController {
  @Post('baskets')
  fill(@Body() basket: Basket): Basket {
    return basket;
  }

  @Get('baskets')
  list(@Query() query: BasketsQuery): BasketsQuery {
    return query;
  }

  @Get('next')
  next(@Req() { url }: { url: string }, @Res({ passthrough: true }) reply: ReplyHeaders): object {
    reply.header('location', '/baskets/7');
    reply.header('link', nextLink(url, '7'));
    return {};
  }

  @Get('baskets/:basketId')
  find(@Param('basketId') basketId: string): { basketId: string } {
    return { basketId };
  }

  @Post('baskets/sort')
  sort(@Body() basket: Basket): Basket {
    return basket;
  }

  @Post('baskets/:basketId/empty')
  @HttpCode(200)
  empty(@Body() basket: Basket): Basket {
    return basket;
  }

  @Get('slow')
  async slow(): Promise<{ done: boolean }> {
    await inHand.work();
    return { done: true };
  }
}

@Module({ imports: [MetricsModule], controllers: [ShopController] })
class ShopModule {}

/** A small service for tests. */
export function createShop(options: Partial<HttpAppOptions> = {}): Promise<NestFastifyApplication> {
  return createHttpApp(ShopModule, {
    title: 'Shop',
    description: 'Sells.',
    asyncApi: { info: { title: 'Sales' }, channels: {}, operations: {}, components: { messages: {} } },
    logger: false,
    faults: { isUnavailable: () => false, isOutcomeUnknown: () => false },
    ...options,
  });
}
