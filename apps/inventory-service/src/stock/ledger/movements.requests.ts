import { ApiProperty } from '@nestjs/swagger';
import { IsReason } from '@orderflow/events';
import { IsCursor, PageQuery } from '@orderflow/http';
import { IsInt, Max, Min, NotEquals } from 'class-validator';
import { MAX_ON_HAND } from '../domain/stock-level.js';

export class ListMovementsQuery extends PageQuery {
  @IsCursor(/^[1-9][0-9]{0,17}$/)
  cursor?: string;
}

export class AdjustStockRequest {
  @ApiProperty({ type: 'integer', example: -2, description: 'Pieces that arrived (positive) or left (negative)' })
  @IsInt()
  @Min(-MAX_ON_HAND)
  @Max(MAX_ON_HAND)
  @NotEquals(0, { message: '$property must not be 0' })
  delta!: number;

  @ApiProperty({ example: 'Broken in the warehouse', description: 'Without control characters' })
  @IsReason()
  reason!: string;
}
