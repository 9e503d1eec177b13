import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { invalidRequest, Parameters } from '../validation/validation.js';

/** The parameters `limit` and `cursor` of every list. */
export class PageQuery extends Parameters {
  @ApiPropertyOptional({ description: 'Entries on a page', minimum: 1, maximum: 200, default: 50 })
  @Transform(({ value }: { value: unknown }) => decimal(value))
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  @ApiPropertyOptional({ description: 'The `nextCursor` of the previous page, or the cursor in its `Link` header' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}

/** Accepts only digits: `Number` would also accept `0x10`, `1e2` and spaces. */
function decimal(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/**
 * Makes a page of `rows`.
 * @param rows up to `limit + 1` rows; the additional one shows that there is a next page
 * @param keyOf the sort key after which the next page starts; opaque to clients
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
  const key = rows.length > limit && last !== undefined ? keyOf(last) : searchedTo;
  return { entries, nextCursor: key === null ? null : Buffer.from(key).toString('base64url') };
}

/**
 * The key that {@link pageOf} put into a cursor; null without a cursor.
 * @throws 400 if `isKey` rejects the key
 */
export function keyAfter({ cursor }: PageQuery, isKey: (key: string) => boolean): string | null {
  if (cursor === undefined) return null;
  const key = Buffer.from(cursor, 'base64url').toString();
  if (!isKey(key))
    throw invalidRequest([{ parameter: 'cursor', detail: 'cursor must be one that this list has returned' }]);
  return key;
}

/** The target of `Link: <…>; rel="next"` (RFC 8288): this request with another cursor. */
export function nextLink(url: string, nextCursor: string): string {
  const next = new URL(url, 'http://relative');
  next.searchParams.set('cursor', nextCursor);
  return `<${next.pathname}${next.search}>; rel="next"`;
}
