import { ApiProperty } from '@nestjs/swagger';
import { IsId } from '@orderflow/events';
import { IsInstantAfterFrom, IsInstantText, periodOf } from '@orderflow/http';
import { IsOptional } from 'class-validator';
import type { RepublishedReservations } from './republish-reservations.js';
import type { RepublishFilter } from '../reservations.repository.js';

export class RepublishReservationsRequest {
  @ApiProperty({ example: '2026-01-31T12:00:00Z', description: 'Decided or changed at this time or later' })
  @IsInstantText()
  from!: string;

  @ApiProperty({
    example: '2026-01-31T13:00:00Z',
    description: 'Decided or changed before this time; must be later than `from`',
  })
  @IsInstantAfterFrom()
  to!: string;

  @ApiProperty({ description: '`lastOrderId` of the previous response, to continue after it' })
  @IsOptional()
  @IsId()
  after?: string;
}

export class RepublishedResponse implements RepublishedReservations {
  @ApiProperty({ type: 'integer' })
  orders!: number;

  @ApiProperty({ type: 'integer' })
  events!: number;

  @ApiProperty({ description: 'Whether more orders remain: send the request again with `after`' })
  remaining!: boolean;

  @ApiProperty({ type: String, nullable: true })
  lastOrderId!: string | null;
}

export function toRepublishFilter({ from, to, after }: RepublishReservationsRequest): RepublishFilter {
  return { ...periodOf({ from, to }), after };
}
