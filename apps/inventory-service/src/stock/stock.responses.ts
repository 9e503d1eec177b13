import { ApiProperty } from '@nestjs/swagger';

export class ItemResponse {
  @ApiProperty()
  itemId!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: 'integer', description: 'Pieces in the warehouse' })
  onHand!: number;

  @ApiProperty({ type: 'integer', description: 'Pieces that are reserved for orders; `onHand` includes them' })
  reserved!: number;

  @ApiProperty({ type: 'integer', description: '`onHand` minus `reserved`' })
  available!: number;

  @ApiProperty({ type: 'integer' })
  lowStockThreshold!: number;

  @ApiProperty({ type: 'string', format: 'date-time' })
  updatedAt!: Date;
}
