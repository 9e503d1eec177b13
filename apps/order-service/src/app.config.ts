import { ServiceConfig } from '@orderflow/service';

export class OrderServiceConfig extends ServiceConfig {
  override port = 3001;
  override kafkaClientId = 'order-service';
  override kafkaGroupId = 'order-service';
}
