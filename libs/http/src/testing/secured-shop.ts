import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CalledBy, type Caller, demand, Requires } from '@orderflow/auth';
import type { TestIssuer } from '@orderflow/auth/testing';
import { MetricsModule } from '@orderflow/observability';
import { createHttpApp, type HttpAppOptions } from '../app/create-http-app.js';
import { EventStreamRoute } from '../streams/event-stream-route.js';

/** The bodies that have reached a handler. */
export const bodies: unknown[] = [];

@Controller('baskets')
class BasketsController {
  @Get()
  @Requires('customer', 'orders:read')
  list(@CalledBy() { subject, customerId = 'all' }: Caller): object {
    return { subject, customerId };
  }

  @Post()
  @Requires('orders:write')
  fill(@Body() body: object): void {
    bodies.push(body);
  }

  @Get('values')
  @Requires('orders:read')
  values(@CalledBy() caller: Caller): object {
    demand(caller, 'payloads:read');
    return { values: [1] };
  }

  @Get(':basketId/lines')
  @Requires('orders:read')
  lines(@Param('basketId') basketId: string): object {
    return { basketId };
  }

  @Get('stream')
  @Requires('orders:read')
  @EventStreamRoute()
  stream(): string {
    return 'changes';
  }
}

@Module({ imports: [MetricsModule], controllers: [BasketsController] })
class ShopModule {}

/** A small service that demands the tokens of an issuer, or none; it does not listen yet. */
export async function createSecuredShop(
  issuer: TestIssuer | undefined,
  options: Partial<HttpAppOptions> = {},
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(ShopModule, {
    title: 'Shop',
    description: 'Sells.',
    asyncApi: { info: { title: 'Sales' }, channels: {}, operations: {}, components: { messages: {} } },
    logger: false,
    faults: { isUnavailable: () => false, isOutcomeUnknown: () => false },
    auth: issuer && { verifier: issuer.verifier() },
    ...options,
  });
  await app.init();
  return app;
}
