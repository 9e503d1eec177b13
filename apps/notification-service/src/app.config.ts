import { ServiceConfig } from '@orderflow/service';

export class NotificationServiceConfig extends ServiceConfig {
  override port = 3003;
  override kafkaClientId = 'notification-service';
  override kafkaGroupId = 'notification-service';
}
