import { IsId } from '@orderflow/events';
import { Parameters } from '@orderflow/http';

export class ReservationParameters extends Parameters {
  @IsId()
  orderId!: string;
}
