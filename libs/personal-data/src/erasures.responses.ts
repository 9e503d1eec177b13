import { ApiProperty } from '@nestjs/swagger';
import type { Erasure } from './erasures.js';

export class ErasedTableResponse {
  @ApiProperty()
  table!: string;

  @ApiProperty({ type: 'integer', description: 'The rows that were deleted or changed' })
  rows!: number;
}

export class ErasureResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  erasureId!: string;

  @ApiProperty({ description: 'What takes the place of the customer’s id' })
  pseudonym!: string;

  @ApiProperty({ enum: ['RUNNING', 'FINISHED'] })
  status!: 'RUNNING' | 'FINISHED';

  @ApiProperty({ type: [ErasedTableResponse], description: 'So far' })
  erased!: ErasedTableResponse[];

  @ApiProperty({ type: 'string', format: 'date-time' })
  requestedAt!: Date;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The subject of the token with which it was requested; null if the service authenticates nobody',
  })
  requestedBy!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finishedAt!: Date | null;
}

export function toResponse({ erased, ...erasure }: Erasure): ErasureResponse {
  const tables = Object.entries(erased).map(([table, rows]) => ({ table, rows }));
  return { ...erasure, status: erasure.finishedAt ? 'FINISHED' : 'RUNNING', erased: tables };
}
