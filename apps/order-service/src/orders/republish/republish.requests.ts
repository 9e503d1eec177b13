import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { invalidRequest, IsInstantText, periodOf } from '@orderflow/http';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { RepublishFilter } from '../orders.repository.js';
import type { RepublishedOrders } from './republish-orders.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class RepublishOrdersRequest {
  @ApiPropertyOptional({
    enum: ['PENDING'],
    description: 'All undecided orders that are older than a minute; not together with `from` and `to`',
  })
  @IsOptional()
  @IsIn(['PENDING'])
  status?: 'PENDING';

  @ApiPropertyOptional({
    type: 'string',
    format: 'date-time',
    description: 'Created at this time or later; only together with `to`',
  })
  @IsOptional()
  @IsInstantText()
  from?: string;

  @ApiPropertyOptional({
    type: 'string',
    format: 'date-time',
    description: 'Created before this time; must be later than `from`',
  })
  @IsOptional()
  @IsInstantText()
  to?: string;

  @ApiPropertyOptional({ format: 'uuid', description: '`lastOrderId` of the previous response, to continue after it' })
  @IsOptional()
  @Matches(UUID, { message: '$property must be a UUID' })
  after?: string;
}

export class RepublishedResponse implements RepublishedOrders {
  @ApiProperty()
  orders!: number;

  @ApiProperty()
  events!: number;

  @ApiProperty({ description: 'Whether more orders may remain: send the request again with `after`' })
  remaining!: boolean;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  lastOrderId!: string | null;
}

/** @throws 400 unless the request has either `status`, or `from` and a later `to` */
export function toRepublishFilter({ status, from, to, after }: RepublishOrdersRequest): RepublishFilter {
  if (status && !from && !to) return { status, after };
  if (!status && from && to) return { ...periodOf({ from, to }), after };
  throw invalidRequest([{ pointer: '#', detail: 'give either status, or both from and to' }]);
}
