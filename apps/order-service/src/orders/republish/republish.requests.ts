import { ApiProperty } from '@nestjs/swagger';
import { IsInstantAfterFrom, IsInstantText, periodOf, UUID } from '@orderflow/http';
import { type Rule, SatisfiesAsWhole } from '@orderflow/schema';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { RepublishFilter } from '../orders.repository.js';
import type { RepublishedOrders } from './republish-orders.js';

const NONE = { type: 'null' };

const STATUS_OR_PERIOD: Rule<Partial<RepublishOrdersRequest>, undefined> = {
  name: 'hasStatusOrPeriod',
  type: 'object',
  schema: {
    anyOf: [
      { required: ['status'], properties: { status: { const: 'PENDING' }, from: NONE, to: NONE } },
      { required: ['from', 'to'], properties: { status: NONE, from: { type: 'string' }, to: { type: 'string' } } },
    ],
  },
  check: ({ status, from, to }) => (status ? !from && !to : !!from && !!to),
  message: 'give either status, or both from and to',
};

@SatisfiesAsWhole(STATUS_OR_PERIOD)
export class RepublishOrdersRequest {
  @ApiProperty({
    description: 'All undecided orders that are older than a minute; not together with `from` and `to`',
  })
  @IsOptional()
  @IsIn(['PENDING'])
  status?: 'PENDING';

  @ApiProperty({
    example: '2026-01-31T12:00:00Z',
    description: 'Created at this time or later; only together with `to`',
  })
  @IsOptional()
  @IsInstantText()
  from?: string;

  @ApiProperty({ example: '2026-01-31T13:00:00Z', description: 'Created before this time; must be later than `from`' })
  @IsOptional()
  @IsInstantAfterFrom()
  to?: string;

  @ApiProperty({ format: 'uuid', description: '`lastOrderId` of the previous response, to continue after it' })
  @IsOptional()
  @Matches(UUID, { message: '$property must be a UUID' })
  after?: string;
}

export class RepublishedResponse implements RepublishedOrders {
  @ApiProperty({ type: 'integer' })
  orders!: number;

  @ApiProperty({ type: 'integer' })
  events!: number;

  @ApiProperty({ description: 'Whether more orders may remain: send the request again with `after`' })
  remaining!: boolean;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  lastOrderId!: string | null;
}

export function toRepublishFilter({ status, from, to, after }: RepublishOrdersRequest): RepublishFilter {
  return from && to ? { ...periodOf({ from, to }), after } : { status: status ?? 'PENDING', after };
}
