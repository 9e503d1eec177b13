import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Module, Param, Patch, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { Requires, type TokenVerifier } from '@orderflow/auth';
import { MetricsModule } from '@orderflow/observability';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, Matches, Max, Min, ValidateNested } from 'class-validator';
import { createHttpApp } from '../app/create-http-app.js';
import { IsCursor, PageQuery } from '../paging/paging.js';
import type { HttpAuth } from '../security/authentication.js';
import { openApiViolations } from '../testing/openapi-violations.js';
import { Parameters } from '../validation/validation.js';

class Line {
  @ApiProperty({ example: 2, description: 'Pieces' })
  @IsInt()
  @Min(1)
  @Max(9)
  quantity!: number;
}

class Basket {
  @ApiProperty({ type: [Line] })
  @IsArray()
  @ArrayMaxSize(3)
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];

  @IsOptional()
  @IsIn(['red', 'blue'])
  colour?: string;

  @IsInt()
  weight: number = 7;
}

class BasketParameters extends Parameters {
  @Matches(/^[a-z]+$/)
  basketId!: string;
}

class ListBasketsQuery extends PageQuery {
  @IsCursor(/^[0-9]+$/)
  cursor?: string;

  @IsOptional()
  @IsIn(['red'])
  colour?: string;
}

class Note {
  @ApiProperty({ required: false })
  @IsInt()
  author!: number;

  @IsInt()
  size!: number;
}

class Change {
  @IsOptional()
  @IsInt()
  weight?: number;
}

@Controller('baskets')
class BasketsController {
  @Post()
  @ApiCreatedResponse({ type: Basket })
  @ApiConflictResponse({ description: 'It is taken' })
  fill(@Body() basket: Basket): Basket {
    return basket;
  }

  @Get()
  @ApiOkResponse({ type: [Basket] })
  list(@Query() query: ListBasketsQuery): object[] {
    return [query];
  }

  @Patch(':basketId')
  change(@Param() { basketId }: BasketParameters, @Body() change: Change): object {
    return { basketId, ...change };
  }

  @Post(':basketId/empty')
  @HttpCode(200)
  empty(@Param('basketId') basketId: string): string {
    return basketId;
  }
}

@Controller('notes')
class NotesController {
  @Post()
  @Requires('customer')
  write(@Body() note: Note): Note {
    return note;
  }
}

@Module({ imports: [MetricsModule], controllers: [BasketsController] })
class ShopModule {}

interface Operation {
  readonly parameters: readonly object[];
  readonly requestBody?: { readonly required: boolean };
  readonly responses: Readonly<Record<string, object>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, object>>;
  };
}

const faults = { isUnavailable: () => false, isOutcomeUnknown: () => false };
let app: NestFastifyApplication;
let document: Document;

beforeAll(async () => {
  app = await createHttpApp(ShopModule, { title: 'Shop', description: 'Sells.', logger: false, faults });
  await app.init();
  document = (await app.inject('/openapi.json')).json();
});
afterAll(() => app.close());

const operation = (method: string, path: string) => document.paths[path]?.[method] as Operation;

it('the document is a valid one of OpenAPI 3.1', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(openApiViolations(document)).toEqual([]);
});

it('an invalid document is none', () => {
  expect(openApiViolations({ ...document, paths: { orders: {} } } as object)).not.toEqual([]);
  expect(openApiViolations({ ...document, components: { schemas: { Bad: { type: 'text' } } } })).not.toEqual([]);
});

describe('what a route takes is described by its checks', () => {
  it('bodies, with the classes in them, their notes, null for what is optional, and defaults', () => {
    expect(document.components.schemas).toMatchObject({
      Basket: {
        type: 'object',
        properties: {
          lines: { type: 'array', maxItems: 3, items: { $ref: '#/components/schemas/Line' } },
          colour: { enum: ['red', 'blue', null] },
          weight: { type: 'integer', default: 7 },
        },
        required: ['lines'],
        additionalProperties: false,
      },
      Line: { properties: { quantity: { minimum: 1, maximum: 9, examples: [2], description: 'Pieces' } } },
    });
  });

  it('without what the token may say, if tokens are required', async () => {
    const requiredIn = async (auth: HttpAuth | undefined) => {
      @Module({ imports: [MetricsModule], controllers: [NotesController] })
      class NotesModule {}
      const notes = await createHttpApp(NotesModule, { title: 'Notes', description: '', logger: false, faults, auth });
      await notes.init();
      const { components } = (await notes.inject('/openapi.json')).json<Document>();
      await notes.close();
      return (components.schemas['Note'] as { required: string[] }).required;
    };
    expect(await requiredIn({ verifier: {} as TokenVerifier })).toEqual(['size']);
    expect(await requiredIn(undefined)).toEqual(['author', 'size']);
  });

  it('whether a body may be left out', () => {
    expect(operation('post', '/baskets').requestBody?.required).toBe(true);
    expect(operation('patch', '/baskets/{basketId}').requestBody?.required).toBe(false);
    expect(operation('post', '/baskets/{basketId}/empty').requestBody).toBeUndefined();
  });

  it('queries and paths, which have no null', () => {
    expect(operation('get', '/baskets').parameters).toMatchObject([
      { name: 'colour', in: 'query', required: false, schema: { enum: ['red'] } },
      { name: 'cursor', in: 'query', required: false, schema: { type: 'string', pattern: '^[0-9]+$' } },
      { name: 'limit', in: 'query', required: false, schema: { type: 'integer', maximum: 200, default: 50 } },
    ]);
    expect(operation('patch', '/baskets/{basketId}').parameters).toEqual([
      { name: 'basketId', in: 'path', required: true, schema: { type: 'string', pattern: '^[a-z]+$' } },
    ]);
    expect(operation('post', '/baskets/{basketId}/empty').parameters).toMatchObject([{ name: 'basketId' }]);
  });
});

describe('the errors of every route are described', () => {
  it('those of its own, and those that any request may get', () => {
    const { responses } = operation('post', '/baskets');
    expect(Object.keys(responses)).toEqual(
      ['201', '400', '403', '406', '408', '409', '413', '415', '421', '429', '431', '500', '503'], // prettier-ignore
    );
    expect(responses['409']).toMatchObject({
      description: 'It is taken',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
    expect(responses['503']).toEqual({ $ref: '#/components/responses/ServiceUnavailable' });
    expect(document.components.responses['ServiceUnavailable']).toMatchObject({ headers: { 'Retry-After': {} } });
  });

  it('but not those of changes, if it changes nothing', () => {
    const statuses = Object.keys(operation('get', '/baskets').responses);
    expect(statuses).toEqual(['200', '400', '406', '408', '421', '429', '431', '500', '503']);
  });
});
