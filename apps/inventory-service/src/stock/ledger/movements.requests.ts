import { ApiProperty } from '@nestjs/swagger';
import { IsReason, MAX_REASON_LENGTH } from '@orderflow/events';
import { IsInt, Max, Min, NotEquals } from 'class-validator';
import { MAX_ON_HAND } from '../domain/stock-level.js';

export class AdjustStockRequest {
  @ApiProperty({
    type: 'integer',
    minimum: -MAX_ON_HAND,
    maximum: MAX_ON_HAND,
    not: { enum: [0] },
    example: -2,
    description: 'Pieces that arrived (positive) or left (negative)',
  })
  @IsInt()
  @Min(-MAX_ON_HAND)
  @Max(MAX_ON_HAND)
  @NotEquals(0, { message: '$property must not be 0' })
  delta!: number;

  @ApiProperty({
    minLength: 1,
    maxLength: MAX_REASON_LENGTH,
    example: 'Broken in the warehouse',
    description: 'Without control characters',
  })
  @IsReason()
  reason!: string;
}
