import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class MovementResponse {
  @ApiProperty({ pattern: '^[1-9][0-9]{0,18}$', example: '42', description: 'Rises with each movement of the item' })
  movementId!: string;

  @ApiProperty()
  itemId!: string;

  @ApiProperty({ type: 'integer', description: 'Pieces that arrived (positive) or left (negative)' })
  delta!: number;

  @ApiProperty()
  reason!: string;

  @ApiPropertyOptional({ description: 'The subject of the token with which it was booked; none if an order caused it' })
  actor?: string;

  @ApiPropertyOptional({ description: 'The order that the pieces left for' })
  orderId?: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt!: Date;
}
