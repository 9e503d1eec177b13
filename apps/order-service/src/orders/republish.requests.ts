import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { invalidRequest, IsInstantText, periodOf } from '@orderflow/http';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { RepublishFilter } from './orders.repository.js';
import type { RepublishedOrders } from './republish-orders.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class RepublishOrdersRequest {
  @ApiPropertyOptional({
    enum: ['PENDING'],
    description: 'All undecided orders older than a minute; without from and to',
  })
  @IsOptional()
  @IsIn(['PENDING'])
  status?: 'PENDING';

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Created then or later; with to' })
  @IsOptional()
  @IsInstantText()
  from?: string;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Created before; later than from' })
  @IsOptional()
  @IsInstantText()
  to?: string;

  @ApiPropertyOptional({ format: 'uuid', description: '`lastOrderId` of the answer before, where more remain' })
  @IsOptional()
  @Matches(UUID, { message: '$property must be a UUID' })
  after?: string;
}

export class RepublishedResponse implements RepublishedOrders {
  @ApiProperty()
  orders!: number;

  @ApiProperty()
  events!: number;

  @ApiProperty({ description: 'Whether more may be left: ask again with `after`' })
  remaining!: boolean;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  lastOrderId!: string | null;
}

/** @throws 400 unless it names either a status or a time that is one */
export function toRepublishFilter({ status, from, to, after }: RepublishOrdersRequest): RepublishFilter {
  if (status && !from && !to) return { status, after };
  if (!status && from && to) return { ...periodOf({ from, to }), after };
  throw invalidRequest([{ pointer: '#', detail: 'name either status, or from and to' }]);
}
