import { ServiceConfig, Variable } from '@orderflow/service';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

const A_YEAR = 31_536_000;

export class OrderServiceConfig extends ServiceConfig {
  override port = 3001;
  override kafkaClientId = 'order-service';
  override kafkaGroupId = 'order-service';

  @Variable('ORDER_LATE_SECONDS', {
    description: 'Seconds after which an undecided order is late (GET /orders?late=true); never unless set',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(A_YEAR)
  orderLateSeconds?: number;

  @Variable('ORDER_EXPIRY_SECONDS', {
    description: 'Seconds after which a confirmed order, or what is left of it, is cancelled; never unless set',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(A_YEAR)
  orderExpirySeconds?: number;
}
