import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsId } from '@orderflow/events';
import { IsInstantText, periodOf } from '@orderflow/http';
import { IsOptional } from 'class-validator';
import type { RepublishedReservations } from './republish-reservations.js';
import type { RepublishFilter } from './reservations.repository.js';

export class RepublishReservationsRequest {
  @ApiProperty({ type: 'string', format: 'date-time', description: 'Decided or changed then or later' })
  @IsInstantText()
  from!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'Decided or changed before; later than from' })
  @IsInstantText()
  to!: string;

  @ApiPropertyOptional({ description: '`lastOrderId` of the answer before, where more remain' })
  @IsOptional()
  @IsId()
  after?: string;
}

export class RepublishedResponse implements RepublishedReservations {
  @ApiProperty()
  orders!: number;

  @ApiProperty()
  events!: number;

  @ApiProperty({ description: 'Whether more are left: ask again with `after`' })
  remaining!: boolean;

  @ApiProperty({ type: String, nullable: true })
  lastOrderId!: string | null;
}

/** @throws 400 unless `from` is before `to` */
export function toRepublishFilter({ from, to, after }: RepublishReservationsRequest): RepublishFilter {
  return { ...periodOf({ from, to }), after };
}
