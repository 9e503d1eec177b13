import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, type ApiResponseOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { Parameters } from '../validation/validation.js';

/** The parameters of every list; its `cursor` is checked by {@link IsCursor}. */
export abstract class PageQuery extends Parameters {
  @ApiProperty({ description: 'Entries on a page' })
  @Transform(({ value }: { value: unknown }) => decimal(value))
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  abstract cursor?: string;
}

/** Accepts only digits: `Number` would also accept `0x10`, `1e2` and spaces. */
function decimal(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

/** A UUID in lower case, as Postgres writes it. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The cursor of a list: the sort key of the last entry before the page, which clients take as it is. @param key every sort key */
export function IsCursor(key: RegExp): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ description: 'Continues a list: the cursor that the previous page gave; take it as it is' }),
    IsOptional(),
    Matches(key, { message: '$property must be one that this list has returned' }),
  );
}

export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/**
 * Makes a page of `rows`.
 * @param rows up to `limit + 1` rows; the additional one shows that there is a next page
 * @param keyOf the sort key after which the next page starts
 * @param searchedTo the sort key at which the search for `rows` stopped early; null if it has seen everything
 */
export function pageOf<Entry>(
  rows: readonly Entry[],
  limit: number,
  keyOf: (last: Entry) => string,
  searchedTo: string | null = null,
): Page<Entry> {
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  return { entries, nextCursor: rows.length > limit && last !== undefined ? keyOf(last) : searchedTo };
}

/** The target of `Link: <…>; rel="next"` (RFC 8288): this request with another cursor. */
export function nextLink(url: string, nextCursor: string): string {
  const next = new URL(url, 'http://relative');
  next.searchParams.set('cursor', nextCursor);
  return `<${next.pathname}${next.search}>; rel="next"`;
}

type Links = NonNullable<ApiResponseOptions['links']>;

/** Documents a list whose next page is in {@link nextLink}. @param links to operations on its entries */
export function ApiList(entry: new () => object, links: Links = {}): MethodDecorator {
  const link = {
    description: 'The next page, if there is one: `<…>; rel="next"` (RFC 8288)',
    schema: { type: 'string' },
  } as const;
  return ApiOkResponse({ type: [entry], headers: { Link: link }, links });
}
