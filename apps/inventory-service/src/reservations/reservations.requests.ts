import { ApiProperty } from '@nestjs/swagger';
import { IsId } from '@orderflow/events';
import { Parameters } from '@orderflow/http';

export class ReservationParameters extends Parameters {
  @ApiProperty({ pattern: '^[\\x21-\\x7e]{1,64}$' })
  @IsId()
  orderId!: string;
}
