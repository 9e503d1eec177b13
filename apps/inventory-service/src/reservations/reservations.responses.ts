import { ApiProperty } from '@nestjs/swagger';
import type { ReservationStatus } from './domain/reservation.js';

const STATUSES: ReservationStatus[] = ['HELD', 'REJECTED', 'RELEASED', 'DEDUCTED', 'CANCELLED'];
const STATUS_MEANINGS =
  'HELD: the items are reserved. REJECTED: at least one item was short, so nothing was reserved. ' +
  'RELEASED: the order was cancelled, and nothing is reserved. DEDUCTED: the items have left the warehouse. ' +
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
