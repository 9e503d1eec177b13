import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsId, IsLine } from '@orderflow/events';
import { Parameters } from '@orderflow/http';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { MAX_ON_HAND } from './domain/stock-level.js';

const ID_SCHEMA = { pattern: '^[\\x21-\\x7e]{1,64}$' };
const COUNT_SCHEMA = { type: 'integer', minimum: 0, maximum: MAX_ON_HAND } as const;
const NAME_SCHEMA = { minLength: 1, maxLength: 200, example: 'Tea pot' };

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

  @ApiProperty(NAME_SCHEMA)
  @IsLine(200)
  name!: string;

  @ApiPropertyOptional({
    ...COUNT_SCHEMA,
    default: 0,
    description: 'Initial stock in pieces',
  })
  @IsInt()
  @Min(0)
  @Max(MAX_ON_HAND)
  onHand: number = 0;

  @ApiPropertyOptional({
    ...COUNT_SCHEMA,
    default: 10,
    description: '`INVENTORY_LOW` is published when `available` falls to this number',
  })
  @IsInt()
  @Min(0)
  @Max(MAX_ON_HAND)
  lowStockThreshold: number = 10;
}

export class ChangeItemRequest {
  @ApiPropertyOptional(NAME_SCHEMA)
  @IsOptional()
  @IsLine(200)
  name?: string;

  @ApiPropertyOptional({
    ...COUNT_SCHEMA,
    description: 'If it is raised to `available` or above, `INVENTORY_LOW` is published',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ON_HAND)
  lowStockThreshold?: number;
}
