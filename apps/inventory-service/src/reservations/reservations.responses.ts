import { ApiProperty } from '@nestjs/swagger';
import type { ReservationStatus } from './domain/reservation.js';

const STATUSES: ReservationStatus[] = ['HELD', 'REJECTED', 'RELEASED', 'DEDUCTED', 'CANCELLED'];
const STATUS_MEANINGS =
  'HELD: the items are reserved. REJECTED: at least one item was short, so nothing was reserved. ' +
  'RELEASED: the order was cancelled, and nothing is reserved. DEDUCTED: the items have left the warehouse, or were cancelled after others had left. ' +
  'CANCELLED: the cancellation arrived before the order, and nothing will be reserved.';

export class ReservedItemResponse {
  @ApiProperty()
  itemId!: string;

  @ApiProperty({ type: 'integer' })
  quantity!: number;
}

export class ShortageResponse {
  @ApiProperty()
  itemId!: string;

  @ApiProperty({ type: 'integer' })
  requested!: number;

  @ApiProperty({ type: 'integer' })
  available!: number;
}

export class ReservationResponse {
  @ApiProperty()
  orderId!: string;

  @ApiProperty()
  customerId!: string;

  @ApiProperty({ enum: STATUSES, description: STATUS_MEANINGS })
  status!: ReservationStatus;

  @ApiProperty({ type: [ReservedItemResponse], description: 'The items of the order' })
  items!: readonly ReservedItemResponse[];

  @ApiProperty({
    type: [ReservedItemResponse],
    nullable: true,
    description:
      'Null unless a part was shipped. While HELD, what is left of the items; after that, what was cancelled instead of shipped',
  })
  remaining!: readonly ReservedItemResponse[] | null;

  @ApiProperty({ type: 'integer', description: 'How many shipments of a part were deducted' })
  parts!: number;

  @ApiProperty({
    type: [ShortageResponse],
    nullable: true,
    description:
      'The items that were short when the order was decided; null if it was not decided, or if an older version decided it',
  })
  shortages!: readonly ShortageResponse[] | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  updatedAt!: Date;
}
