import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, ConflictException, Controller, Get, Logger, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { causeOf, MetricsModule, SpanKind } from '@orderflow/observability';
import { recordSpans } from '@orderflow/observability/testing';
import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsArray, IsInt, ValidateNested } from 'class-validator';
import { IsCursor, PageQuery } from '../paging/paging.js';
import { createHttpApp, type HttpAppOptions } from './create-http-app.js';

class Unavailable extends Error {}
class Torn extends Error {}

class Line {
  @IsInt()
  quantity!: number;
}

class Basket {
  @IsArray()
  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];
}

class BasketsQuery extends PageQuery {
  @IsCursor(/^[0-9]+$/)
  cursor?: string;
}

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

  @Post('traces')
  trace(): string | undefined {
    return causeOf('anything')?.trace?.traceparent;
  }

  @Get('baskets/:basketId')
  find(@Param('basketId') basketId: string): string {
    return basketId;
  }

  @Get('taken')
  taken(): never {
    throw new ConflictException('This basket is taken');
  }

  @Get('unavailable')
  unavailable(): never {
    throw new Unavailable('the database is unavailable');
  }

  @Get('torn')
  torn(): never {
    throw new Torn('the connection was lost during COMMIT');
  }

  @Get('broken')
  broken(): never {
    throw new Error('secret inside');
  }
}

@Module({ imports: [MetricsModule], controllers: [ShopController] })
class ShopModule {}

const OPTIONS: HttpAppOptions = {
  title: 'Shop',
  description: 'Sells.',
  asyncApi: { info: { title: 'Sales' }, channels: {}, operations: {}, components: { messages: {} } },
  logger: false,
  faults: {
    isUnavailable: (error) => error instanceof Unavailable,
    isOutcomeUnknown: (error) => error instanceof Torn,
  },
};

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await createHttpApp(ShopModule, OPTIONS);
  await app.init();
});
afterAll(() => app.close());

it('serves the AsyncAPI document, and a page of it beside the one of OpenAPI', async () => {
  const document = await app.inject('/asyncapi.json');
  expect(document.json().info.title).toBe('Sales');
  for (const [path, text] of [
    ['/docs/events', '<title>Sales</title>'],
    ['/docs', 'swagger-ui'],
  ] as const) {
    const page = await app.inject(path);
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
    expect(page.body).toContain(text);
  }
});

describe('an error becomes a problem document', () => {
  it.each([
    ['/taken', { title: 'Conflict', status: 409, detail: 'This basket is taken' }],
    [
      '/unavailable',
      {
        title: 'Service Unavailable',
        status: 503,
        detail: 'A dependency of the service is unavailable; nothing was done, try again later',
      },
    ],
    ['/torn', { title: 'Internal Server Error', status: 500, outcome: 'unknown' }],
    ['/nowhere', { title: 'Not Found', status: 404 }],
    ['/%zz', { title: 'Bad Request', status: 400 }],
  ])('%s', async (url, problem) => {
    const response = await app.inject({ url });
    expect(response.statusCode).toBe(problem.status);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ type: 'about:blank', ...problem });
  });

  it('with Retry-After if trying again helps', async () => {
    expect((await app.inject({ url: '/unavailable' })).headers['retry-after']).toBe('1');
    expect((await app.inject({ url: '/torn' })).headers['retry-after']).toBeUndefined();
  });

  it('and the reason for a 503 is a warning in the log, which the client does not see', async () => {
    const warnings: unknown[][] = [];
    const logger = { log: () => {}, error: () => {}, warn: (...line: unknown[]) => void warnings.push(line) };
    const logging = await createHttpApp(ShopModule, { ...OPTIONS, logger });
    await logging.init();
    const { statusCode, body } = await logging.inject({ url: '/unavailable' });
    await logging.close();
    Logger.overrideLogger(false);
    expect([statusCode, body]).toEqual([503, expect.not.stringContaining('the database is unavailable')]);
    expect(warnings).toEqual([['Responded with 503: the database is unavailable', 'HTTP']]);
  });

  it('without the details of a fault', async () => {
    const response = await app.inject({ url: '/broken' });
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('secret');
  });
});

describe('a request is validated', () => {
  it('and each bad field is named by its JSON pointer', async () => {
    const payload = { lines: [{ quantity: 1 }, { quantity: 'two', colour: 'red' }], 'a/b': 1 };
    const response = await app.inject({ method: 'POST', url: '/baskets', payload });
    expect(response.statusCode).toBe(400);
    expect(response.json<{ errors: unknown[] }>().errors).toEqual([
      { pointer: '#/a~1b', detail: 'property a/b should not exist' },
      { pointer: '#/lines/1/colour', detail: 'property colour should not exist' },
      { pointer: '#/lines/1/quantity', detail: 'quantity must be an integer number' },
    ]);
  });

  it.each([
    ['body', undefined, { pointer: '#/lines', detail: 'lines is missing' }],
    ['field', {}, { pointer: '#/lines', detail: 'lines is missing' }],
    ['inner field', { lines: [{}] }, { pointer: '#/lines/0/quantity', detail: 'quantity is missing' }],
  ])('and a missing %s is reported once', async (_, payload, error) => {
    const response = await app.inject({ method: 'POST', url: '/baskets', payload });
    expect(response.statusCode).toBe(400);
    expect(response.json<{ errors: unknown[] }>().errors).toEqual([error]);
  });

  it('and a bad query is named by its parameter', async () => {
    const response = await app.inject({ url: '/baskets?limit=ten' });
    expect(response.statusCode).toBe(400);
    expect(response.json<{ errors: { parameter: string }[] }>().errors[0]?.parameter).toBe('limit');
  });

  it('and a query without a limit gets the default', async () => {
    expect((await app.inject({ url: '/baskets' })).json()).toEqual({ limit: 50 });
  });
});

describe('a request', () => {
  const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  const traceparent = `00-${traceId}-${spanId}-01`;
  const post = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/traces', payload: {}, headers });

  it('is a span in the trace of its headers, and the cause of its consequences', async () => {
    const record = recordSpans();
    const { body } = await post({ traceparent });
    await app.inject({ url: '/broken?with=secrets' });
    await app.inject({ url: '/health/ready' });
    const [posted, broken, ...others] = record.spans;
    record.stop();
    expect(body).toBe(`00-${traceId}-${posted?.spanContext().spanId}-01`);
    expect(posted).toMatchObject({ name: 'POST /traces', kind: SpanKind.SERVER, parentSpanContext: { spanId } });
    expect(posted?.attributes).toMatchObject({ 'http.route': '/traces', 'http.response.status_code': 201 });
    expect(broken?.attributes).toMatchObject({ 'url.path': '/broken', 'error.type': '500' });
    expect(others).toEqual([]);
  });

  it('passes its trace on if tracing is off', async () => {
    expect((await post({ traceparent })).body).toBe(traceparent);
    expect((await post({})).body).toBe('');
  });
});

describe('GET /metrics', () => {
  const count = async (labels: string) => {
    const { body } = await app.inject({ url: '/metrics' });
    const [, value = '0'] = body.match(new RegExp(`^http_request_duration_seconds_count{${labels}} (.*)$`, 'm')) ?? [];
    return Number(value);
  };

  it('is in Prometheus’ text format', async () => {
    const response = await app.inject({ url: '/metrics' });
    expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.body).toContain('# TYPE http_request_duration_seconds histogram\n');
  });

  it('counts requests by the template of their route', async () => {
    const labels = 'method="GET",route="/baskets/:basketId",status="200"';
    const before = await count(labels);
    await app.inject({ url: '/baskets/1' });
    await app.inject({ url: '/baskets/2?limit=1' });
    expect(await count(labels)).toBe(before + 2);
  });

  it.each([
    ['a status that a filter sets', { url: '/unavailable' }, 'method="GET",route="/unavailable",status="503"'],
    ['a request that no route takes', { url: '/made/up' }, 'method="GET",route="other",status="404"'],
  ])('counts %s', async (_, request, labels) => {
    const before = await count(labels);
    await app.inject(request);
    expect(await count(labels)).toBe(before + 1);
  });
});
