import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsId, IsLine } from '@orderflow/events';
import { Parameters } from '@orderflow/http';
import { IsInt, Matches, Max, Min } from 'class-validator';

const ID_SCHEMA = { pattern: '^[\\x21-\\x7e]{1,64}$' };
const MOST = 1_000_000_000;

export class ItemParameters extends Parameters {
  @ApiProperty(ID_SCHEMA)
  @IsId()
  itemId!: string;
}

export class CreateItemRequest {
  @ApiProperty({
    ...ID_SCHEMA,
    example: 'ITEM-006',
    description: 'Not . or .., because a URL path cannot end with them',
  })
  @IsId()
  @Matches(/^(?!\.{1,2}$)/, { message: '$property must not be . or ..' })
  itemId!: string;

  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Tea pot' })
  @IsLine(200)
  name!: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MOST,
    default: 0,
    description: 'Initial stock in pieces',
  })
  @IsInt()
  @Min(0)
  @Max(MOST)
  onHand: number = 0;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MOST,
    default: 10,
    description: '`INVENTORY_LOW` is published when `available` falls to this number',
  })
  @IsInt()
  @Min(0)
  @Max(MOST)
  lowStockThreshold: number = 10;
}
