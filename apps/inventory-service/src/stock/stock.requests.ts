import { ApiProperty } from '@nestjs/swagger';
import { ID, IsId, IsLine } from '@orderflow/events';
import { IsCursor, PageQuery, Parameters } from '@orderflow/http';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { MAX_ON_HAND } from './domain/stock-level.js';

export class ItemParameters extends Parameters {
  @ApiProperty({ example: 'ITEM-001' })
  @IsId()
  itemId!: string;
}

export class ListItemsQuery extends PageQuery {
  @IsCursor(ID)
  cursor?: string;
}

export class CreateItemRequest {
  @ApiProperty({ example: 'ITEM-006', description: 'Not . or .., because a URL path cannot end with them' })
  @IsId()
  @Matches(/^(?!\.{1,2}$)/, { message: '$property must not be . or ..' })
  itemId!: string;

  @ApiProperty({ example: 'Tea pot' })
  @IsLine(200)
  name!: string;

  @ApiProperty({ type: 'integer', description: 'Initial stock in pieces' })
  @IsInt()
  @Min(0)
  @Max(MAX_ON_HAND)
  onHand: number = 0;

  @ApiProperty({
    type: 'integer',
    description: '`INVENTORY_LOW` is published when `available` falls to this number',
  })
  @IsInt()
  @Min(0)
  @Max(MAX_ON_HAND)
  lowStockThreshold: number = 10;
}

export class ChangeItemRequest {
  @ApiProperty({ example: 'Tea pot', description: 'null leaves it as it is' })
  @IsOptional()
  @IsLine(200)
  name?: string;

  @ApiProperty({
    type: 'integer',
    description: 'If it is raised to `available` or above, `INVENTORY_LOW` is published. null leaves it as it is',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ON_HAND)
  lowStockThreshold?: number;
}
