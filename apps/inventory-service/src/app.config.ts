import { ServiceConfig } from '@orderflow/service';

export class InventoryServiceConfig extends ServiceConfig {
  override port = 3002;
  override kafkaClientId = 'inventory-service';
  override kafkaGroupId = 'inventory-service';
}
